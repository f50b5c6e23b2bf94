#!/usr/bin/env bash
# Generates the types of the wire for both languages. Both results are committed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

fresh=$(mktemp -d)
trap 'rm -rf "$fresh"' EXIT

# The options are those with which src/wire loads the protos at run time.
node_modules/.bin/proto-loader-gen-types \
  --longs=String --enums=String --defaults --oneofs \
  --grpcLib=@grpc/grpc-js --inputTemplate=%sInput --outputTemplate=%s \
  --includeDirs proto --outDir "$fresh/typescript" cdmpp/v1/service.proto >/dev/null
mkdir -p src/wire/gen
rm -rf src/wire/gen/*
cp -r "$fresh"/typescript/* src/wire/gen/

# Messages only: the shim names its calls itself, so it needs no newer grpcio than its user has.
mkdir "$fresh/python"
.venv/bin/python -m grpc_tools.protoc --proto_path=proto \
  --python_out="$fresh/python" --pyi_out="$fresh/python" proto/cdmpp/v1/*.proto
sed -i 's/^from cdmpp\.v1 import/from cdmpp_tvm.gen import/' "$fresh"/python/cdmpp/v1/*
rm -f python-shim/cdmpp_tvm/gen/*_pb2.py python-shim/cdmpp_tvm/gen/*_pb2.pyi
cp "$fresh"/python/cdmpp/v1/* python-shim/cdmpp_tvm/gen/
