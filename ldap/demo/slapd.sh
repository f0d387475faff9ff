# A private slapd for the demo and the tests: as the invoking user, on a unix socket
# only.  Sourced by ldap/demo/run and tests/slapd; needs $relais_top.
#
#	slapd_conf DIR SOCKET_DIR [EXTRA.conf...]	writes DIR/slapd.conf
#	slapd_load DIR FILE.ldif...			fills an empty DIR/db
#	slapd_uri SOCKET_DIR				prints the socket's URI
#	slapd_serve DIR SOCKET_DIR			becomes slapd (exec), in the foreground
#	slapd_await URI PID				waits until it answers
#	slapd_end PID					ends it and waits for that
#	slapd_relais_conf URI tree|flat FILE		writes a relais.conf for it
#
# SLAPD_BARE=1: neither overlays nor indexes nor limits: a directory that refuses nothing.
# SLAPD_UNSYNCED=1: without syncprov: it tells nobody what has changed.
# SLAPD_LOG=1: it keeps a log of all changes, with what was there before (cn=accesslog,
# slapo-accesslog(5)), which administrators read; passwords that were set, super
# administrators alone.
# SLAPD_MAXSIZE=BYTES: how big the database may grow (1 GB).
# SLAPD_DURABLE=1: each change is on the disk before it is answered.
# SLAPD_DEBUG=LEVEL: what slapd tells DIR/slapd.log (slapd(8), -d).
# shellcheck shell=bash disable=SC2154

# Debian keeps daemons out of an ordinary user's PATH.
PATH=$PATH:/usr/sbin:/sbin

slapd_uri()
{
	# RFC 4516 section 2.1: the socket's path stands where the host would.
	printf 'ldapi://%s\n' "$(printf %s "$1/ldapi" | sed 's/%/%25/g; s/ /%20/g; s,/,%2F,g')"
}

slapd_conf()
{
	local dir=$1 socket=$2 file
	shift 2
	# sun_path is 108 bytes with its NUL; libldap says only "can't contact".
	if [ ${#socket} -gt 100 ]; then
		echo "$socket: too long a path for a unix socket" >&2
		return 1
	fi
	mkdir -p "$dir/db" && {
		for file in core cosine inetorgperson; do
			echo "include /etc/ldap/schema/$file.schema"
		done
		cat <<-END
			include "$relais_top/ldap/schema/relais.schema"
			modulepath /usr/lib/ldap
			moduleload back_mdb
			moduleload syncprov
			pidfile "$dir/slapd.pid"
			threads 4
			loglevel 0
			authz-regexp "^gidNumber=[0-9]+[+]uidNumber=$(id -u),cn=peercred,cn=external,cn=auth$" "uid=admin0,ou=admins,dc=demo"

			database mdb
			suffix dc=demo
			rootdn cn=root,dc=demo
			rootpw root
			directory "$dir/db"
			maxsize ${SLAPD_MAXSIZE:-1073741824}
			# Thrown away afterwards, or closed properly: no need to wait for the disk.
			${SLAPD_DURABLE:+#} dbnosync
		END
		[ "${SLAPD_UNSYNCED:-}" ] || cat <<-END
			overlay syncprov
			syncprov-sessionlog 1000
		END
		[ "${SLAPD_LOG:-}" ] && cat <<-END
			moduleload accesslog
			overlay accesslog
			logdb cn=accesslog
			logops writes
			logsuccess TRUE
			logold (objectClass=*)
			logpurge 400+00:00 1+00:00
		END
		for file in "$@"; do
			echo "include \"$(realpath "$file")\""
		done
		[ "${SLAPD_BARE:-}" ] || cat <<-END
			include "$relais_top/ldap/schema/relais-index.conf"
			include "$relais_top/ldap/schema/relais-overlays.conf"
		END
		cat <<-END
			include "$relais_top/ldap/schema/relais-access.conf"
			access to attrs=userPassword by self =xw by anonymous auth by * none
			access to * by self read by * none
		END
		[ "${SLAPD_LOG:-}" ] && mkdir -p "$dir/log" && cat <<-END

			database mdb
			suffix cn=accesslog
			rootdn cn=root,dc=demo
			directory "$dir/log"
			maxsize ${SLAPD_MAXSIZE:-1073741824}
			dbnosync
			index objectClass,reqStart,reqEnd,reqResult eq
			access to filter="(|(reqMod=userPassword*)(reqOld=userPassword*))" by group.exact="cn=super administrators,ou=admins,dc=demo" read by * none
			access to * by dn.onelevel="ou=admins,dc=demo" read by * none
			limits dn.onelevel="ou=admins,dc=demo" size=unlimited time=unlimited
		END
		true
	} >"$dir/slapd.conf"
}

slapd_load()
{
	local dir=$1 status mode
	shift
	# -w: contextCSN, where changes are counted from.  With it slapadd 2.5.13 uses a cursor
	# after it was freed as it ends, and with some data aborts of it (134): then without
	# it, and slapd counts from its start.
	for mode in -qw -q; do
		rm -f "$dir"/db/*.mdb
		awk 'FNR == 1 && NR > 1 { print "" } { print }' "$@" |
			(slapadd $mode -f "$dir/slapd.conf" 2>"$dir/slapadd.log"; exit $?) 2>/dev/null
		status=$?
		[ $status -eq 134 ] || break
	done
	[ $status -eq 0 ] || cat "$dir/slapadd.log" >&2
	return $status
}

slapd_serve()
{
	exec slapd -f "$1/slapd.conf" -h "$(slapd_uri "$2")" -d "${SLAPD_DEBUG:-0}" \
		</dev/null >"$1/slapd.log" 2>&1
}

# A zombie that init has not buried yet has ended, too.
slapd_alive()
{
	local word state=Z
	while read -r word state _; do
		[ "$word" = State: ] && break
	done 2>/dev/null <"/proc/$1/status"
	[ "${state:-Z}" != Z ]
}

slapd_await()
{
	local n=0
	until LDAPNOINIT=1 ldapsearch -x -H "$1" -b '' -s base 1.1 >/dev/null 2>&1; do
		n=$((n + 1))
		if [ $n -gt 1000 ] || ! slapd_alive "$2"; then
			return 1
		fi
		sleep 0.01
	done
}

slapd_end()
{
	local n=0
	kill "$1" 2>/dev/null
	# Tests stop it (SIGSTOP), and a stopped process takes no other signal.
	kill -CONT "$1" 2>/dev/null
	while slapd_alive "$1"; do
		n=$((n + 1))
		[ $n -eq 500 ] && kill -KILL "$1" 2>/dev/null
		[ $n -gt 600 ] && return 1
		sleep 0.01
	done
}

slapd_relais_conf()
{
	local base='%D'
	[ "$2" = flat ] && base='ou=people,dc=demo'
	printf postfix >"$3.postfix-password"
	cat >"$3" <<-END
		directory {
		  uri  = {"$1"}
		  base = "dc=demo"
		  auth = "external"
		  bind_dn = "uid=%s,ou=admins,dc=demo"
		}
		domains { base = "ou=domains,dc=demo" }
		users { base = "$base" }
		postfix {
		  bind_dn = "cn=postfix,ou=services,dc=demo"
		  password_file = "$3.postfix-password"
		}
	END
}
