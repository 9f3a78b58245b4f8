/**
 * An incident report as people paste it, with 60 indicators. The addresses lie in ranges that nobody routes today,
 * the names below one domain that is nobody's; what the demo says about them is invented.
 */
export const SAMPLE_REPORT = `DEMO incident 2026-118: phishing wave with loader, first look (everything here is invented)

Timeline (UTC)
07:52  first mail from billing[@]invoice-desk.vtip-demo[.]com, link hxxps://docs.vtip-demo[.]net/view/7f3a?id=81
07:58  loader fetched from hxxp://28.14.203[.]77:8080/a.bin (user agent Chrome/120.0.0.0)
08:03  beacon to 29.61.7[.]190:443 and 29.61.7[.]191:443 every 60 s
08:20  second stage from hxxps://cdn-static.vtip-demo[.]org/jquery-3.6.0.min.js
08:41  lateral movement from 10.20.4.17 to 10.20.4.23 and fileserver.corp

C2 addresses
28.14.203[.]78    28.14.203[.]91    28.77.10[.]5     28.77.10[.]6
29.3.118[.]44     29.3.118[.]45     29.61.7[.]192    29.61.7[.]200
30.5.99[.]12      30.5.99[.]13      30.118.40[.]1    30.118.40[.]2
26.201.8(.)30     26.201.8(.)31     26.44.150[dot]9  26.44.150[dot]10
22.9.71.160       22.9.71.161       22.170.3.25      22.170.3.26

Scanners seen in the firewall log on the same day
"2026-11-21T08:02:11Z";"deny";"28.240.16.4:51515";"tcp/22"
"2026-11-21T08:02:12Z";"deny";"28.240.16.9:40022";"tcp/22"
"2026-11-21T08:02:12Z";"deny";"29.140.77.3:61001";"tcp/3389"
"2026-11-21T08:05:40Z";"deny";"30.66.21.87:44312";"tcp/445"
"2026-11-21T08:05:41Z";"deny";"[2620:0:d10:77::5]:5060";"udp/5060"
"2026-11-21T08:06:02Z";"deny";"22.31.8.114:5060";"udp/5060"
"2026-11-21T08:06:03Z";"deny";"22.31.8.115:5060";"udp/5060"
"2026-11-21T08:07:19Z";"deny";"26.9.130.6:3544";"udp/3544"
"2026-11-21T08:07:20Z";"deny";"28.240.16.11:40110";"tcp/22"
"2026-11-21T08:09:55Z";"deny";"29.140.77.8:61377";"tcp/3389"

Names
login.vtip-demo[.]com          mail-check.vtip-demo[.]com     portal.vtip-demo[.]net
sso-update.vtip-demo[.]net     files.vtip-demo[.]org          update.vtip-demo[.]org
gate1.vtip-demo[.]com          gate2.vtip-demo[.]com          gate3.vtip-demo[.]com
panel.vtip-demo[.]net          stats.vtip-demo[.]net          telemetry.vtip-demo[.]org
hxxps://pay.vtip-demo[.]com/invoice/2026-118.html
hxxps://track.vtip-demo[.]net/o?c=4411 and hxxps://track.vtip-demo[.]net/o?c=4412

Resolvers of the infected hosts, for reference: 8.8.8.8, 1.1.1.1, 9.9.9.9

Files
3f1c9a52d8b04e7796a1c5e2f80d4b6a   loader, MD5
b8e4f02d71c39a65e0d27f4186bc953a1de07f42   second stage, SHA-1
9d2e61b7f04c83a5e9170d6f2b84ca3158e7d09b46fa21c3705e8b9d14f6a27c   implant, SHA-256
5a7d13e80b92f64c1e83a7d05f29b46c8d01e7f3a4b95c260e8f7d13b4a69052   configuration, SHA-256

Not to be looked up: the whole range 28.14.203.0/24, the typo 300.1.2.3, the script setup.py
`;
