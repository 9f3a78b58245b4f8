/** Networks that many strangers share, so that blocking one of them hits whoever is behind it. */
export interface SharedInfrastructure {
  readonly name: string;
  /** Where the provider publishes them. */
  readonly source: string;
  /** The month of the newest copy of the source that these were compared with. */
  readonly asOf: string;
  readonly networks: readonly string[];
}

/**
 * A small list of our own: what is sure and changes seldom. Whole clouds are left out on purpose, since most of what
 * they rent out is one customer's alone. More comes from WARNING_LISTS_DIR.
 */
export const SHARED_INFRASTRUCTURE: readonly SharedInfrastructure[] = [
  {
    name: "Public DNS resolvers: Cloudflare",
    source: "https://developers.cloudflare.com/1.1.1.1/ip-addresses/",
    asOf: "2024-06",
    networks: toNetworks(`
      1.1.1.1 1.0.0.1 1.1.1.2 1.0.0.2 1.1.1.3 1.0.0.3 2606:4700:4700::1111 2606:4700:4700::1001
      2606:4700:4700::1112 2606:4700:4700::1002 2606:4700:4700::1113 2606:4700:4700::1003
    `),
  },
  {
    name: "Public DNS resolvers: Google",
    source: "https://developers.google.com/speed/public-dns/docs/using",
    asOf: "2024-06",
    networks: toNetworks(`
      8.8.8.8 8.8.4.4 2001:4860:4860::8888 2001:4860:4860::8844 2001:4860:4860::6464 2001:4860:4860::64
    `),
  },
  {
    name: "Public DNS resolvers: Quad9",
    source: "https://quad9.net/service/service-addresses-and-features/",
    asOf: "2024-06",
    networks: toNetworks(`
      9.9.9.9 149.112.112.112 2620:fe::fe 2620:fe::9 9.9.9.10 149.112.112.10 2620:fe::10 2620:fe::fe:10
      9.9.9.11 149.112.112.11 2620:fe::11 2620:fe::fe:11
    `),
  },
  {
    name: "Public DNS resolvers: OpenDNS",
    source: "https://support.opendns.com/hc/en-us/articles/227986667",
    asOf: "2024-06",
    networks: toNetworks(`
      208.67.222.222 208.67.220.220 208.67.222.220 208.67.220.222 208.67.222.123 208.67.220.123
      2620:119:35::35 2620:119:53::53 2620:119:35::123 2620:119:53::123
    `),
  },
  {
    name: "Public DNS resolvers: AdGuard",
    source: "https://adguard-dns.io/en/public-dns.html",
    asOf: "2024-06",
    networks: toNetworks(`
      94.140.14.14 94.140.15.15 94.140.14.15 94.140.15.16 94.140.14.140 94.140.14.141 2a10:50c0::ad1:ff
      2a10:50c0::ad2:ff 2a10:50c0::bad1:ff 2a10:50c0::bad2:ff 2a10:50c0::1:ff 2a10:50c0::2:ff
    `),
  },
  {
    name: "DNS root servers",
    source: "https://www.iana.org/domains/root/servers",
    asOf: "2026-08",
    networks: toNetworks(`
      198.41.0.4 170.247.170.2 192.33.4.12 199.7.91.13 192.203.230.10 192.5.5.241 192.112.36.4 198.97.190.53
      192.36.148.17 192.58.128.30 193.0.14.129 199.7.83.42 202.12.27.33 2001:503:ba3e::2:30 2801:1b8:10::b
      2001:500:2::c 2001:500:2d::d 2001:500:a8::e 2001:500:2f::f 2001:500:12::d0d 2001:500:1::53 2001:7fe::53
      2001:503:c27::2:30 2001:7fd::1 2001:500:9f::42 2001:dc3::35
    `),
  },
  {
    name: "CDN edges: Cloudflare",
    source: "https://www.cloudflare.com/ips/",
    asOf: "2026-08",
    networks: toNetworks(`
      173.245.48.0/20 103.21.244.0/22 103.22.200.0/22 103.31.4.0/22 141.101.64.0/18 108.162.192.0/18
      190.93.240.0/20 188.114.96.0/20 197.234.240.0/22 198.41.128.0/17 162.158.0.0/15 104.16.0.0/13
      104.24.0.0/14 172.64.0.0/13 131.0.72.0/22 2400:cb00::/32 2606:4700::/32 2803:f800::/32 2405:b500::/32
      2405:8100::/32 2a06:98c0::/29 2c0f:f248::/32
    `),
  },
  {
    name: "CDN edges: Fastly",
    source: "https://api.fastly.com/public-ip-list",
    asOf: "2026-08",
    networks: toNetworks(`
      23.235.32.0/20 43.249.72.0/22 103.244.50.0/24 103.245.222.0/23 103.245.224.0/24 104.156.80.0/20
      140.248.64.0/18 140.248.128.0/17 146.75.0.0/17 151.101.0.0/16 157.52.64.0/18 167.82.0.0/17
      167.82.128.0/20 167.82.160.0/20 167.82.224.0/20 172.111.64.0/18 185.31.16.0/22 199.27.72.0/21
      199.232.0.0/16 2a04:4e40::/32 2a04:4e42::/32
    `),
  },
  {
    name: "CDN edges: Amazon CloudFront",
    source: "https://ip-ranges.amazonaws.com/ip-ranges.json (service CLOUDFRONT)",
    asOf: "2026-08",
    networks: toNetworks(`
      3.160.0.0/14 13.32.0.0/15 13.35.0.0/16 13.224.0.0/14 13.249.0.0/16 18.64.0.0/14 18.154.0.0/15
      18.160.0.0/15 18.164.0.0/15 18.172.0.0/15 18.238.0.0/15 18.244.0.0/15 52.84.0.0/15 52.222.128.0/17
      54.182.0.0/16 54.192.0.0/16 54.230.0.0/17 54.230.128.0/18 54.239.128.0/18 54.240.128.0/18 64.252.64.0/18
      64.252.128.0/18 65.8.0.0/16 65.9.0.0/17 65.9.128.0/18 70.132.0.0/18 99.84.0.0/16 99.86.0.0/16
      108.138.0.0/15 108.156.0.0/14 130.176.0.0/17 143.204.0.0/16 204.246.164.0/22 204.246.168.0/22
      205.251.200.0/21 205.251.208.0/20 216.137.32.0/19
    `),
  },
  {
    name: "CDN edges: Imperva",
    source: "https://my.imperva.com/api/integration/v1/ips",
    asOf: "2026-08",
    networks: toNetworks(`
      45.60.0.0/16 45.64.64.0/22 45.223.0.0/16 103.28.248.0/22 107.154.0.0/16 131.125.128.0/17 149.126.72.0/21
      185.11.124.0/22 192.230.64.0/18 198.143.32.0/19 199.83.128.0/21 2a02:e980::/29
    `),
  },
  {
    name: "Cloud front ends: Azure Front Door",
    source: "https://www.microsoft.com/en-us/download/details.aspx?id=56519 (AzureFrontDoor.Frontend)",
    asOf: "2024-12",
    networks: toNetworks("13.107.213.0/24 13.107.246.0/24"),
  },
  {
    name: "Cloud front ends: Microsoft 365",
    source:
      "https://learn.microsoft.com/en-us/microsoft-365/enterprise/urls-and-ip-address-ranges (Exchange, Teams, SharePoint)",
    asOf: "2024-11",
    networks: toNetworks(`
      13.107.6.152/31 13.107.18.10/31 13.107.128.0/22 13.107.136.0/22 23.103.160.0/20 40.92.0.0/15
      40.96.0.0/13 40.104.0.0/15 40.107.0.0/16 40.108.128.0/17 52.96.0.0/14 52.100.0.0/14 52.104.0.0/14
      52.112.0.0/14 52.122.0.0/15 104.47.0.0/17 104.146.128.0/17 131.253.33.215 132.245.0.0/16 150.171.32.0/22
      150.171.40.0/22 204.79.197.215 2603:1006::/40 2603:1016::/36 2603:1026::/36 2603:1036::/36
      2603:1046::/36 2603:1056::/36
    `),
  },
  {
    name: "Cloud front ends: Google",
    source: "https://www.gstatic.com/ipranges/goog.json (services, not what customers rent)",
    asOf: "2026-08",
    networks: toNetworks(`
      64.233.160.0/19 66.102.0.0/20 72.14.192.0/18 74.125.0.0/16 142.250.0.0/15 172.217.0.0/16 172.253.0.0/16
      173.194.0.0/16 209.85.128.0/17 216.58.192.0/19 2404:6800::/32 2607:f8b0::/32 2800:3f0::/32
      2a00:1450::/32 2c0f:fb50::/32
    `),
  },
  {
    name: "Cloud front ends: GitHub",
    source: "https://api.github.com/meta (web, api, git, pages)",
    asOf: "2026-03",
    networks: toNetworks(`
      140.82.112.0/20 143.55.64.0/20 185.199.108.0/22 192.30.252.0/22 2606:50c0::/32 2a0a:a440::/29
    `),
  },
  {
    // The published ranges are many small ones within these networks, which belong to Google as a whole.
    name: "Crawlers: Googlebot",
    source: "https://developers.google.com/search/apis/ipranges/googlebot.json",
    asOf: "2026-08",
    networks: toNetworks("66.249.64.0/20 192.178.4.0/23 192.178.6.0/23 2001:4860:4801::/48"),
  },
  {
    name: "Crawlers: Bingbot",
    source: "https://www.bing.com/toolbox/bingbot.json",
    asOf: "2025-08",
    networks: toNetworks(`
      13.66.139.0/24 13.66.144.0/24 13.67.10.16/28 13.69.66.240/28 13.71.172.224/28 20.15.133.160/27
      20.36.108.32/28 20.43.120.16/28 20.74.197.0/28 20.79.107.240/28 20.125.163.80/28 40.77.139.0/25
      40.77.167.0/24 40.77.177.0/24 40.77.178.0/23 40.77.188.0/22 40.77.202.0/24 40.79.131.208/28
      40.79.186.176/28 51.105.67.0/28 52.167.144.0/24 52.231.148.0/28 65.55.210.0/24 139.217.52.0/28
      157.55.39.0/24 191.233.204.224/28 199.30.24.0/23 207.46.13.0/24
    `),
  },
];

function toNetworks(text: string): readonly string[] {
  return text.trim().split(/\s+/u);
}
