'use strict';
require('./launch.js').launch(__dirname, 'action');
