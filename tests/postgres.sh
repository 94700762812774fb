#!/usr/bin/env bash
# A PostgreSQL of the tests' own: a cluster in a temporary directory, reached by a socket in it, gone afterwards.
#
#   tests/postgres.sh start          prints its URL, for AVANTI_TEST_POSTGRES
#   tests/postgres.sh stop           ends and removes it
#   tests/postgres.sh COMMAND …      starts it, runs the command with AVANTI_TEST_POSTGRES set, ends it
#
# Nothing in it survives: it does not even wait for the disk, unless AVANTI_POSTGRES_FSYNC=on because somebody measures
# how fast it keeps its promises. PostgreSQL refuses to run as root, so root lends it to
# the user postgres, whom Debian's package makes.
set -euo pipefail

# One list per checkout: `stop` must not end the cluster of another one.
REMEMBERED="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)/target/postgres-clusters"
readonly REMEMBERED

fail() {
  printf '%s\n' "postgres.sh: $*" >&2
  exit 1
}

binaries() {
  local at
  at=$(find /usr/lib/postgresql -mindepth 2 -maxdepth 2 -name bin 2>/dev/null | sort -V | tail -n 1)
  [[ -n $at && -x $at/initdb ]] || fail "PostgreSQL is missing: apt-get install postgresql"
  printf '%s' "$at"
}

# Runs a command as somebody who is not root.
unprivileged() {
  if ((EUID)); then "$@"; else su -s /bin/bash postgres -c "$(printf '%q ' "$@")"; fi
}

start() {
  local bin dir
  bin=$(binaries)
  dir=$(mktemp -d "${TMPDIR:-/tmp}/avanti-postgres.XXXXXX")
  chmod 711 "$dir"
  ((EUID)) || chown postgres "$dir"
  unprivileged "$bin/initdb" --no-sync --auth=trust --username=postgres --encoding=UTF8 --locale=C \
    --pgdata="$dir/data" >"$dir/log" 2>&1 || { cat "$dir/log" >&2; fail "initdb failed"; }
  unprivileged "$bin/pg_ctl" --pgdata="$dir/data" --log="$dir/data/log" --wait --timeout=60 \
    --options="-c listen_addresses= -c unix_socket_directories=$dir -c fsync=${AVANTI_POSTGRES_FSYNC:-off} -c max_connections=400" \
    start >>"$dir/log" 2>&1 || { cat "$dir/log" "$dir/data/log" >&2; fail "PostgreSQL does not start"; }
  mkdir -p "${REMEMBERED%/*}"
  printf '%s\n' "$dir" >>"$REMEMBERED"
  printf 'postgres://postgres@localhost/postgres?host=%s\n' "$dir"
}

# Ends one cluster and removes its directory.
end() {
  local dir=$1 bin
  [[ $dir == */avanti-postgres.* && -d $dir ]] || return 0
  bin=$(binaries)
  unprivileged "$bin/pg_ctl" --pgdata="$dir/data" --mode=immediate stop >/dev/null 2>&1 || true
  rm -rf "$dir"
}

stop() {
  [[ -f $REMEMBERED ]] || return 0
  while read -r dir; do end "$dir"; done <"$REMEMBERED"
  rm -f "$REMEMBERED"
}

case "${1:-}" in
  start) start ;;
  stop) stop ;;
  "") fail "start, stop, or a command to run" ;;
  *)
    url=$(start)
    trap 'end "${url#*host=}"' EXIT
    AVANTI_TEST_POSTGRES=$url "$@"
    ;;
esac
