#!/bin/bash
# Every input of tests/fuzz/corpus through its fuzz target, once.
. tests/tap.sh

replay()
{
	timeout 120 "$BUILD/tests/fuzz/replay_$1" "tests/fuzz/corpus/$1" >"$tmp/out" 2>"$tmp/err" || {
		echo "status $?, at $(tail -n 1 "$tmp/out")"
		cat "$tmp/err"
		return 1
	}
}

for source in tests/fuzz/fuzz_*.c; do
	name=${source#tests/fuzz/fuzz_}
	ok "${name%.c}" replay "${name%.c}"
done
for folder in tests/fuzz/corpus/*; do
	[ -e "tests/fuzz/fuzz_${folder##*/}.c" ] || echo "$folder"
done >"$tmp/stray"
is "every folder of inputs has its target" "$(cat "$tmp/stray")" ""
finish
