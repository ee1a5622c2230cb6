"""Serves one GGUF file through llama.cpp's own OpenAI-compatible server until its parent goes away.

Usage: llama_server.py MODEL_PATH MODEL_NAME THREADS SLOTS SLOT_CONTEXT
Prints one line of JSON with the address once requests are answered.
"""

import json
import os
import sys

import xllamacpp

PROMPT_CACHE_MIB = 256
"""llama.cpp's default may grow to 8 GiB."""


def main(path: str, name: str, threads: int, slots: int, slot_context: int) -> None:
    params = xllamacpp.CommonParams()
    params.model.path = path
    params.model_alias = {name}
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.n_parallel = slots
    params.n_ctx = slots * slot_context
    params.cpuparams.n_threads = threads
    # Every core would read prompts faster on an idle machine, and many times slower on a busy one.
    params.cpuparams_batch.n_threads = threads
    params.cache_ram_mib = PROMPT_CACHE_MIB
    params.endpoint_slots = False
    params.ui = False
    params.verbosity = 0

    server = xllamacpp.Server(params)
    print(json.dumps({"address": server.listening_address}), flush=True)

    # The parent holds the other end of stdin, which ends when the parent does, in whatever way.
    sys.stdin.buffer.read()
    os._exit(0)


main(sys.argv[1], sys.argv[2], *map(int, sys.argv[3:6]))
