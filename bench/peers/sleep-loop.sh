#!/bin/sh
# One line after the other, with a pause after each request: 60 s divided by 4 requests a minute, and half a second more,
# on a minute that is PAUSE long. Lines that came before are remembered. Prints a status a line.
# Wants: LIST, URL (with /api/v3), KEY, PAUSE in seconds.
seen=
while read -r ip; do
  case " $seen " in
    *" $ip "*) echo 200 ;;
    *)
      curl -s -o /dev/null -w '%{http_code}\n' -H "x-apikey: $KEY" "$URL/ip_addresses/$ip"
      seen="$seen $ip"
      sleep "$PAUSE"
      ;;
  esac
done <"$LIST"
