#!/bin/sh
# For BLOCK_COMMAND, see firewalls.md. Standard input: what is blocked, an address or network a line. Replaces table
# inet vtip whole, or leaves it as it was, and keeps it for the next start of the machine. Other lines are left out,
# so that whoever runs this as root lets the bot block addresses and nothing else.
set -eu
PATH=/usr/sbin:/usr/bin:/sbin:/bin
umask 077
kept=${1:-/etc/vtip/blocked.nft}
list=$(mktemp)
new=$(mktemp "$kept.XXXXXX")
trap 'rm -f "$list" "$new"' EXIT
cat > "$list"

elements() {
  grep -E "$1" "$list" | sed '1s/^/    elements = { /; $!s/$/,/; $s/$/ }/' || true
}

{
  echo 'add table inet vtip'
  echo 'delete table inet vtip'
  echo 'table inet vtip {'
  echo '  set blocked4 {'
  echo '    type ipv4_addr; flags interval; auto-merge'
  elements '^[0-9.]+(/[0-9]+)?$'
  echo '  }'
  echo '  set blocked6 {'
  echo '    type ipv6_addr; flags interval; auto-merge'
  elements '^[0-9a-f]*:[0-9a-f:.]+(/[0-9]+)?$'
  echo '  }'
  # Rules of your own go here.
  cat << 'RULES'
  chain input {
    type filter hook input priority -10; policy accept;
    ip saddr @blocked4 counter drop
    ip6 saddr @blocked6 counter drop
  }
  chain forward {
    type filter hook forward priority -10; policy accept;
    ip saddr @blocked4 counter drop
    ip daddr @blocked4 counter drop
    ip6 saddr @blocked6 counter drop
    ip6 daddr @blocked6 counter drop
  }
  chain output {
    type filter hook output priority -10; policy accept;
    ip daddr @blocked4 counter drop
    ip6 daddr @blocked6 counter drop
  }
}
RULES
} > "$new"

nft -f "$new"
mv -f "$new" "$kept"
