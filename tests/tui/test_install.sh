#!/bin/bash
# What `make install` puts where, and that the pages and the completion are well made.
. tests/tap.sh
BUILD=${BUILD:-build}

quiet() { [ -z "$("$@" 2>&1)" ]; }

for page in relais.1 relais.conf.5; do
	ok "groff has nothing to say of $page" quiet groff -ww -z -man -Tutf8 "$BUILD/$page"
	ok "nor has mandoc" quiet mandoc -T lint -W warning "$BUILD/$page"
	is "$page: nothing is left to fill in" "$(grep -nE '@[A-Za-z-]+@|^@' "$BUILD/$page")" ""
done
ok "the completion is bash" bash -n "$BUILD/relais.bash"

make --no-print-directory -s install-files BUILD="$BUILD" PREFIX=/usr DESTDIR="$tmp/to" \
	>"$tmp/out" 2>&1
is "it installs" "$? $(cat "$tmp/out")" "0 "
is "these files" "$(cd "$tmp/to" && find . -type f -printf '%m %p\n' | LC_ALL=C sort -k 2)" \
	"755 ./usr/bin/relais
644 ./usr/share/bash-completion/completions/relais
644 ./usr/share/locale/fr/LC_MESSAGES/relais.mo
644 ./usr/share/man/man1/relais.1
644 ./usr/share/man/man5/relais.conf.5
644 ./usr/share/relais/schema/relais-access.conf
644 ./usr/share/relais/schema/relais-access.ldif
644 ./usr/share/relais/schema/relais-index.conf
644 ./usr/share/relais/schema/relais-index.ldif
644 ./usr/share/relais/schema/relais-overlays.conf
644 ./usr/share/relais/schema/relais-overlays.ldif
644 ./usr/share/relais/schema/relais-remove.ldif
644 ./usr/share/relais/schema/relais.ldif
644 ./usr/share/relais/schema/relais.schema"
is "anybody may read them" "$(find "$tmp/to/usr" -type d ! -perm 755)" ""
is "the installed program runs" "$("$tmp/to/usr/bin/relais" --version)" \
	"relais $(sed -n 's/^VERSION *:= *//p' Makefile)"
is "and finds its French" "$(LC_ALL=C.UTF-8 LANGUAGE=fr "$tmp/to/usr/bin/relais" --help |
	grep -c 'ouvre la console')" 1
ok "man finds the pages" man -M "$tmp/to/usr/share/man" -w relais relais.conf
finish
