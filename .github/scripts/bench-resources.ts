/** A made-up repository of any size, the same every time: about a third of its resources violate something. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const PER_FILE = 50;

const BLOCKS: readonly ((index: number) => string)[] = [
  (index) =>
    `resource "aws_s3_bucket" "data_${index}" {\n  bucket = "bench-data-${index}"\n\n  tags = {\n    Owner = "team-${index % 7}"\n  }\n}\n`,
  (index) =>
    `resource "aws_s3_bucket_public_access_block" "data_${index}" {\n  bucket                  = aws_s3_bucket.data_${index}.id\n  block_public_acls       = true\n  block_public_policy     = true\n  ignore_public_acls      = true\n  restrict_public_buckets = true\n}\n`,
  (index) =>
    `resource "aws_ebs_volume" "disk_${index}" {\n  availability_zone = "\${var.region}a"\n  size              = ${20 + (index % 80)}\n  encrypted         = ${index % 3 !== 0}\n}\n`,
  (index) =>
    `resource "aws_security_group" "web_${index}" {\n  name        = "web-${index}"\n  description = "Web servers"\n\n  ingress {\n    description = "Shell"\n    from_port   = 22\n    to_port     = 22\n    protocol    = "tcp"\n    cidr_blocks = ["${index % 4 === 0 ? '0.0.0.0/0' : '10.0.0.0/8'}"]\n  }\n}\n`,
  (index) =>
    `resource "aws_instance" "app_${index}" {\n  ami           = var.image\n  instance_type = "t3.small"\n\n  metadata_options {\n    http_tokens = "${index % 5 === 0 ? 'optional' : 'required'}"\n  }\n\n  root_block_device {\n    encrypted = true\n  }\n}\n`,
];

const HEAD = 'variable "region" {\n  default = "eu-central-1"\n}\n\nvariable "image" {\n  type = string\n}\n';

/** Writes a Terraform root module of `count` resources, 50 a file; every third bucket has no access block. */
export function writeBenchRepository(folder: string, count: number): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'variables.tf'), HEAD);
  const blocks: string[] = [];
  for (let index = 0; blocks.length < count; index += 1) {
    blocks.push(...BLOCKS.map((block) => block(index)).filter((text) => index % 3 !== 0 || !text.includes('public_access_block')));
  }
  for (let at = 0; at < count; at += PER_FILE) {
    const name = `part-${String(at / PER_FILE).padStart(4, '0')}.tf`;
    writeFileSync(path.join(folder, name), blocks.slice(at, Math.min(count, at + PER_FILE)).join('\n'));
  }
}
