function toSet(words: string): ReadonlySet<string> {
  return new Set(words.split(/\s+/).filter((word) => word !== ""));
}

/**
 * Top-level domains that end names of files more often than hosts in what responders paste. Left out on purpose:
 * `.com`, `.pl`, `.cc`, `.io`, `.ai`, `.app`, `.ml`, `.tk`, `.ms`, `.mk`, which are hosts far more often.
 */
export const FILE_DOMAINS = toSet("zip mov py md sh rs ps so pm tf cab");

/** What stands before the ending in names of files: `archive.tar.zip`, `foo.test.py`, `invoice.pdf.zip`. */
export const FILE_INFIXES =
  toSet(`tar min test spec bak old orig tmp conf config cfg d lib dist prod dev env example sample
  doc docx docm xls xlsx xlsm ppt pptx pdf rtf txt csv log jpg jpeg png gif bmp mp3 mp4 avi exe dll js jar iso img lnk scr
  html htm xml json yml yaml en de fr es pt it nl ja zh cn x64 x86 arm64 linux win32 win64 macos`);

/** Endings of files that are no top-level domains: such names are never taken for hosts of a private network. */
export const FILE_ENDINGS =
  toSet(`exe dll sys drv ocx cpl scr msi msix cab bat cmd ps1 psm1 psd1 vbs vbe vba js jse mjs cjs
  ts tsx jsx wsf wsh hta lnk url pif jar class war apk ipa dex deb rpm dmg pkg iso img vhd vhdx bin dat data db sqlite tmp
  temp log txt text rtf csv tsv json jsonl ndjson xml xsd xsl yml yaml toml ini cfg conf config properties env htm html
  xhtml shtml mht php php3 php5 phtml asp aspx ashx asmx jsp jspx do action cgi css scss less sass map svg png jpg jpeg gif
  bmp ico webp tif tiff mp3 mp4 m4a m4v avi mkv wav flac ogg webm flv swf ttf otf woff woff2 eot pdf doc docx docm dot dotx
  dotm xls xlsx xlsm xlsb xlt xltm ppt pptx pptm pps ppsx one odt ods odp eml msg pst ost vcf ics gz tgz bz2 xz tar rar 7z
  zst lz4 lzma ace arj z gzip c h cc cpp cxx hpp hxx cs java kt kts scala go rb swift m lua r pl pm t sql vb vbproj csproj
  sln asm s o obj a lib pdb elf ko dylib crt cer pem key p12 pfx der csr jks kdbx sig asc gpg pcap pcapng evtx etl reg inf
  cat mui manifest nupkg whl egg pyc pyo pyd ipynb rst adoc tex bib lock bak old orig swp part crdownload torrent ova ovf
  vmdk vmx qcow2 vdf yar yara sigma rules tf tfvars gradle cmake proto wasm dockerfile gitignore map min x64 arm64 x86`);

/** Top-level domains that are also words of programs: `user.name`, `app.id`, `event.date`. */
export const CODE_WORDS =
  toSet(`name id host info date link click page app dev zone network target media data call map
  open show now cash select center style domains email events support group live one online pub review run services
  software systems tools top total type video watch works world day fail fit foo kim prime search security site space
  storage store stream team tech tips today trade cat bar box pro is in it to so no my me be as at do by us am`);

/** What stands before the first dot in programs, never in names of hosts with two labels. */
export const CODE_OBJECTS =
  toSet(`this self super window document console math object array string system module exports
  process os sys np pd plt args kwargs req res request response ctx cfg config settings props state event evt err error
  node parent child item items row col obj elem el user.home java javax`);

/** Products whose names end like a host. */
export const PRODUCTS = new Set(["ASP.NET", "VB.NET", "ADO.NET", "ML.NET", "Paint.NET"]);

/** First labels of packages: names of hosts written backwards. */
export const PACKAGE_ROOTS = toSet(
  "com org net edu gov io java javax jakarta android androidx kotlin scala dalvik sun",
);

/** Top-level domains that nobody writes as a word, so that `evil dot com` can be told from `the dot in it`. */
export const SPOKEN_DOMAINS =
  toSet(`com net org info biz xyz io co ru su cn de uk br pl nl kr jp ir ua tk ml ga cf gq cc tv
  eu fr es ch se fi dk cz sk hu ro bg gr tr il ae sa pk bd vn th ph sg hk tw au nz ca mx ar cl pe za ng ke eg edu gov mil
  club shop online top icu vip pw ws dev app`);
