"use strict";
exports.id = 526;
exports.ids = [526];
exports.modules = {

/***/ 21675:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   CQ: () => (/* binding */ LISTED),
/* harmony export */   Ec: () => (/* binding */ WAITING_CALLS),
/* harmony export */   M3: () => (/* binding */ ASKED_PATHS),
/* harmony export */   MZ: () => (/* binding */ INLINE_BYTES),
/* harmony export */   NP: () => (/* binding */ DIFF_CHARACTERS),
/* harmony export */   _g: () => (/* binding */ MESSAGE_BYTES),
/* harmony export */   g3: () => (/* binding */ MESSAGE_ELEMENTS),
/* harmony export */   ru: () => (/* binding */ INLINE_FILE_BYTES),
/* harmony export */   sZ: () => (/* binding */ INLINE_FILES),
/* harmony export */   xg: () => (/* binding */ ROOTS_MILLISECONDS),
/* harmony export */   zW: () => (/* binding */ TEXT_CHARACTERS)
/* harmony export */ });
/** What a client may ask for and gets at most. Over a limit the call is refused, or the answer says how much was left out. */
const MEBIBYTE = 1024 * 1024;
const INLINE_FILES = 200;
const INLINE_FILE_BYTES = 5 * MEBIBYTE;
const INLINE_BYTES = 20 * MEBIBYTE;
const ASKED_PATHS = 200;
/** Entries of one list of an answer. */
const LISTED = 1000;
/** Characters of an answer's text for people. */
const TEXT_CHARACTERS = 32 * 1024;
/** Characters of a diff. */
const DIFF_CHARACTERS = 256 * 1024;
/** Calls that wait while one is answered. */
const WAITING_CALLS = 16;
/** Bytes of one message: the inline text, which JSON may write with twice as many bytes, and what is around it. */
const MESSAGE_BYTES = 48 * MEBIBYTE;
/** How long the client has to name its roots. */
const ROOTS_MILLISECONDS = 5000;
/** Items and members of one call's arguments, above anything that the limits on files and paths let through. */
const MESSAGE_ELEMENTS = 2000;


/***/ }),

/***/ 19526:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  serveStdio: () => (/* binding */ serveStdio)
});

// EXTERNAL MODULE: external "node:stream"
var external_node_stream_ = __webpack_require__(57075);
// EXTERNAL MODULE: external "node:process"
var external_node_process_ = __webpack_require__(1708);
// EXTERNAL MODULE: ./node_modules/@modelcontextprotocol/sdk/dist/esm/types.js
var types = __webpack_require__(63846);
;// CONCATENATED MODULE: ./node_modules/@modelcontextprotocol/sdk/dist/esm/shared/stdio.js

const STDIO_DEFAULT_MAX_BUFFER_SIZE = 10 * 1024 * 1024;
/**
 * Buffers a continuous stdio stream into discrete JSON-RPC messages.
 */
class ReadBuffer {
    constructor(options) {
        this._maxBufferSize = options?.maxBufferSize ?? STDIO_DEFAULT_MAX_BUFFER_SIZE;
    }
    append(chunk) {
        const newSize = (this._buffer?.length ?? 0) + chunk.length;
        if (newSize > this._maxBufferSize) {
            this.clear();
            throw new Error(`ReadBuffer exceeded maximum size of ${this._maxBufferSize} bytes`);
        }
        this._buffer = this._buffer ? Buffer.concat([this._buffer, chunk]) : chunk;
    }
    readMessage() {
        if (!this._buffer) {
            return null;
        }
        const index = this._buffer.indexOf('\n');
        if (index === -1) {
            return null;
        }
        const line = this._buffer.toString('utf8', 0, index).replace(/\r$/, '');
        this._buffer = this._buffer.subarray(index + 1);
        return deserializeMessage(line);
    }
    clear() {
        this._buffer = undefined;
    }
}
function deserializeMessage(line) {
    return types/* JSONRPCMessageSchema */.OR.parse(JSON.parse(line));
}
function serializeMessage(message) {
    return JSON.stringify(message) + '\n';
}
//# sourceMappingURL=stdio.js.map
;// CONCATENATED MODULE: ./node_modules/@modelcontextprotocol/sdk/dist/esm/server/stdio.js


/**
 * Server transport for stdio: this communicates with an MCP client by reading from the current process' stdin and writing to stdout.
 *
 * This transport is only available in Node.js environments.
 */
class StdioServerTransport {
    constructor(_stdin = external_node_process_.stdin, _stdout = external_node_process_.stdout, options) {
        this._stdin = _stdin;
        this._stdout = _stdout;
        this._started = false;
        // Arrow functions to bind `this` properly, while maintaining function identity.
        this._ondata = (chunk) => {
            try {
                this._readBuffer.append(chunk);
                this.processReadBuffer();
            }
            catch (error) {
                this.onerror?.(error);
                this.close().catch(() => { });
            }
        };
        this._onerror = (error) => {
            this.onerror?.(error);
        };
        this._readBuffer = new ReadBuffer({ maxBufferSize: options?.maxBufferSize });
    }
    /**
     * Starts listening for messages on stdin.
     */
    async start() {
        if (this._started) {
            throw new Error('StdioServerTransport already started! If using Server class, note that connect() calls start() automatically.');
        }
        this._started = true;
        this._stdin.on('data', this._ondata);
        this._stdin.on('error', this._onerror);
    }
    processReadBuffer() {
        while (true) {
            try {
                const message = this._readBuffer.readMessage();
                if (message === null) {
                    break;
                }
                this.onmessage?.(message);
            }
            catch (error) {
                this.onerror?.(error);
            }
        }
    }
    async close() {
        // Remove our event listeners first
        this._stdin.off('data', this._ondata);
        this._stdin.off('error', this._onerror);
        // Check if we were the only data listener
        const remainingDataListeners = this._stdin.listenerCount('data');
        if (remainingDataListeners === 0) {
            // Only pause stdin if we were the only listener
            // This prevents interfering with other parts of the application that might be using stdin
            this._stdin.pause();
        }
        // Clear the buffer and notify closure
        this._readBuffer.clear();
        this.onclose?.();
    }
    send(message) {
        return new Promise(resolve => {
            const json = serializeMessage(message);
            if (this._stdout.write(json)) {
                resolve();
            }
            else {
                this._stdout.once('drain', resolve);
            }
        });
    }
}
//# sourceMappingURL=stdio.js.map
// EXTERNAL MODULE: ./build/mcp/limits.js
var limits = __webpack_require__(21675);
;// CONCATENATED MODULE: ./build/mcp/stdio.js
/** Serves over standard input and output until the client is gone. */



const LINE_FEED = 10;
/** Ends when standard input does, or nobody reads standard output any more; what is being answered then is cancelled. */
async function serveStdio(server, input, output, log) {
    const lines = input.pipe(wholeLines(limits/* MESSAGE_BYTES */._g, log));
    await server.connect(new StdioServerTransport(lines, output, { maxBufferSize: limits/* MESSAGE_BYTES */._g + 1 }));
    await new Promise((resolve) => {
        const end = () => resolve();
        lines.once('end', end);
        input.once('close', end).once('error', end);
        output.once('error', end);
    });
    await server.close();
    input.destroy();
}
/**
 * Passes on a message when it has arrived in full, and leaves out those that are too long: the transport would join what it
 * has with every piece that arrives, and hang up on a long one.
 */
function wholeLines(mostBytes, log) {
    let pieces = [];
    let size = 0;
    return new external_node_stream_.Transform({
        readableObjectMode: true,
        transform(chunk, _encoding, done) {
            for (let rest = chunk; rest.length > 0;) {
                const end = rest.indexOf(LINE_FEED) + 1;
                const piece = end === 0 ? rest : rest.subarray(0, end);
                rest = rest.subarray(piece.length);
                size += piece.length;
                if (size > mostBytes)
                    pieces = [];
                else
                    pieces.push(piece);
                if (end === 0)
                    continue;
                if (size > mostBytes)
                    log(`a message of ${size} bytes is left out; at most ${mostBytes} are read`);
                else
                    this.push(Buffer.concat(pieces));
                pieces = [];
                size = 0;
            }
            done();
        },
    });
}


/***/ })

};
;