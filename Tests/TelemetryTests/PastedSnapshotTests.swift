import Testing

@testable import Telemetry

/// Texts as they appear in bug reports and mails: each form, quoted, indented, cut and between other lines.
@Suite struct PastedSnapshotTests {
  private func read(_ text: String, sourceLocation: SourceLocation = #_sourceLocation) throws -> PastedSnapshot {
    try #require(try PastedSnapshot.read(text), sourceLocation: sourceLocation)
  }

  static let row = "dentry  703605 703431 192 21 1 : tunables 0 0 0 : slabdata 33505 33505 0"
  static let rows = """
    buffer_head       1544592 1580007    104   39    1 : tunables    0    0    0 : slabdata  40513  40513      0
    kmalloc-64          48210   48384     64   64    1 : tunables    0    0    0 : slabdata    756    756      0
    """
  static let header = """
    slabinfo - version: 2.1
    # name            <active_objs> <num_objs> <objsize> <objperslab> <pagesperslab> : tunables <limit> <batchcount> <sharedfactor> : slabdata <active_slabs> <num_slabs> <sharedavail>

    """

  @Test(arguments: ["", "> ", "> > ", "    ", "\t", "[  123.456789] ", "Nov 28 05:10:24 host kernel: "])
  func slabinfoIsReadBehindPrefixes(prefix: String) throws {
    let text = (Self.header + Self.rows).split(separator: "\n").map { prefix + $0 }.joined(separator: "\n")
    let pasted = try read(text)
    #expect(pasted.form == .slabinfo)
    #expect(pasted.caches.map(\.name) == ["buffer_head", "kmalloc-64"])
    #expect(pasted.caches[0].activeObjects == 1_544_592)
    #expect(pasted.caches[0].slabBytes == 40513 * 4096)
    #expect(pasted.caches[1].stride == 64)
  }

  @Test func rowsWithoutHeaderAreReadBetweenPromptsAndWithCarriageReturns() throws {
    let text =
      "$ grep -E 'buffer|kmalloc-64' /proc/slabinfo\r\n" + Self.rows.replacing("\n", with: "\r\n")
      + "\r\nroot@host:~# \r\n"
    #expect(try read(text).caches.map(\.slabs) == [40513, 756])
  }

  @Test func version12HasTheNumbersOfVersion11() throws {
    let pasted = try read(
      "slabinfo - version: 1.2\nfile lock cache  3 40 96 1 1 1\ninode_cache 900 1000 480 120 125 1\n")
    #expect(pasted.caches.map(\.name) == ["file lock cache", "inode_cache"])
    #expect(pasted.caches[1].slabs == 125)
    #expect(pasted.caches[1].stride == 480)
  }

  @Test func version10HasObjectsOnly() throws {
    let pasted = try read("slabinfo - version: 1.0\nkmem_cache 29 42\n")
    #expect(pasted.caches[0].activeObjects == 29)
    #expect(pasted.caches[0].stride == nil)
    #expect(pasted.caches[0].slabBytes == nil)
  }

  @Test func truncatedRowBetweenOthersIsAnError() {
    #expect(throws: SlabinfoDecoder.ParseError.self) {
      try PastedSnapshot.read(Self.header + "kmalloc-64 48210 48384 64 64\n" + Self.row)
    }
  }

  @Test func slabtopIsReadWithItsRoundedSizes() throws {
    let pasted = try read(
      """
       Active / Total Objects (% used)    : 4896472 / 4966982 (98.6%)
       Minimum / Average / Maximum Object : 0.01K / 0.25K / 50.28K

        OBJS ACTIVE  USE OBJ SIZE  SLABS OBJ/SLAB CACHE SIZE NAME
      1580007 1544592  97%    0.10K  40513       39    162052K buffer_head
      328160  80830  24%    0.50K  10255       32    164080K kmalloc-512
       69442  36292  52%    2.00K   4341       16    138912K kmalloc-2048
      """)
    #expect(pasted.form == .slabtop)
    #expect(pasted.caches.map(\.stride) == [104, 512, 2048])
    #expect(pasted.caches.map(\.activeObjects) == [1_544_592, 80830, 36292])
    #expect(pasted.caches[0].slabBytes == 162_052 * 1024)
    #expect(pasted.caches[1].order == 2)
  }

  @Test func vmstatIsReadBelowItsHeading() throws {
    let pasted = try read(
      "$ vmstat -m\nCache                       Num  Total   Size  Pages\nAF_VSOCK                     36     36   1280     12\n"
    )
    #expect(pasted.form == .vmstat)
    #expect(pasted.caches[0].objectsPerSlab == 12)
    #expect(pasted.caches[0].slabs == 3)
    // Only a slab of 4 pages has room for exactly 12 objects.
    #expect(pasted.caches[0].slabBytes == 3 * 4 * 4096)
  }

  @Test func crashNamesRowsWithQuestionMarks() throws {
    let pasted = try read(
      """
      crash> kmem -s
      CACHE             OBJSIZE  ALLOCATED     TOTAL  SLABS  SSIZE  NAME
      ffff893b3dce8e00     1112         49      3741    129    32k  nfs_inode_cache
      kmem: NOTE: kmalloc-512: slab: fffff114bf91d800 oo objects: 64 slab objects: 0
      ffff890c47c0ec00      512          ?         ?      ?    32k  kmalloc-512
      ffff890c47c0ee00      256       6304     64256   1004    16k  kmalloc-256
      """)
    #expect(pasted.form == .crash)
    #expect(pasted.caches.map(\.name) == ["nfs_inode_cache", "kmalloc-256"])
    #expect(pasted.caches[0].slabBytes == 129 * 32768)
    #expect(pasted.caches[0].objectsPerSlab == 29)
    #expect(pasted.notes == ["Rows without figures (?) were skipped: kmalloc-512."])
  }

  @Test func crashBefore727HasTheNameSecond() throws {
    let pasted = try read("f7d4a540 ext3_inode_cache          504       4024      4080    510     4k\n")
    #expect(pasted.caches[0].name == "ext3_inode_cache")
    #expect(pasted.caches[0].totalObjects == 4080)
  }

  @Test(arguments: ["", "[ 1234.567890] ", "[Mon Apr  8 12:00:00 2024] ", "Apr  8 12:00:00 host kernel: [12.5] "])
  func outOfMemoryReportHasBytesOnly(prefix: String) throws {
    let text = [
      "Unreclaimable slab info:", "Name                      Used          Total",
      "kmalloc-64              1200KB       1234KB", "TCP                      512KB        640KB",
    ].map { prefix + $0 }.joined(separator: "\n")
    let pasted = try read(text)
    #expect(pasted.form == .outOfMemory)
    #expect(pasted.caches.map(\.name) == ["kmalloc-64", "TCP"])
    #expect(pasted.caches[0].activeBytes == 1200 * 1024)
    #expect(pasted.caches[0].activeObjects == nil)
    #expect(pasted.caches[1].slabBytes == 640 * 1024)
  }

  @Test func nodeExporterSamplesAreGatheredByCache() throws {
    let pasted = try read(
      """
      # HELP node_slabinfo_active_objects The number of objects that are currently active (i.e., in use).
      # TYPE node_slabinfo_active_objects gauge
      node_slabinfo_active_objects{slab="dentry"} 703431
      node_slabinfo_objects{slab="dentry"} 703605
      node_slabinfo_objects_per_slab{slab="dentry"} 21
      node_slabinfo_object_size_bytes{slab="dentry"} 192
      node_slabinfo_pages_per_slab{slab="dentry"} 1
      node_slabinfo_active_objects{slab="buffer_head"} 1.544592e+06
      """)
    #expect(pasted.form == .nodeExporter)
    #expect(pasted.caches[0].slabs == 33505)
    #expect(pasted.caches[0].slabBytes == 33505 * 4096)
    #expect(pasted.caches[1].activeObjects == 1_544_592)
    #expect(pasted.caches[1].totalObjects == nil)
  }

  @Test func slabDebuggingIsInferredFromTheSizeOfKmallocObjects() throws {
    let pasted = try read("kmalloc-1k  100 120 3072 10 8 : tunables 0 0 0 : slabdata 12 12 0\n")
    #expect(pasted.notes.count == 1)
    #expect(pasted.notes[0].contains("slab debugging"))
  }

  @Test(arguments: [
    ("kmalloc-64", 64), ("kmalloc-1k", 1024), ("kmalloc-cg-2k", 2048), ("dma-kmalloc-8", 8),
    ("kmalloc-rnd-06-1k", 1024),
  ])
  func namesOfKmallocCachesContainTheirSize(name: String, bytes: Int) {
    #expect(SlabDebugging.kmallocBytes(name) == bytes)
    #expect(SlabDebugging.kmallocBytes("dentry") == nil)
  }

  @Test func textWithoutSlabFiguresIsNotASnapshot() throws {
    #expect(try PastedSnapshot.read("hello\nworld 1 2 3 4\n") == nil)
    #expect(try PastedSnapshot.read("") == nil)
  }

  @Test func figuresThatAFormLacksAreUnknown() throws {
    let report = Snapshot(try read("Unreclaimable slab info:\nName   Used   Total\ndentry   80KB   128KB\n"))
    let cache = report.caches[0]
    #expect(cache.value(of: .slabBytes) == .integer(128 << 10) && cache.value(of: .activeBytes) == .integer(80 << 10))
    #expect(cache.value(of: .usePercent) == .percentage(62.5))
    for figure in [Figure.activeObjects, .totalObjects, .stride, .objectSize, .slabs, .slabsByOrder, .orderFallbacks] {
      #expect(cache.value(of: figure) == nil, "\(figure.name)")
    }
    #expect(report.ledger[known: .livePayload] == 80 << 10 && report.ledger[known: .rounding] == nil)
    #expect(!report.knows(.memoryBytes) && !report.knows(.cpus) && report.source == "out-of-memory report")
    let oldest = Snapshot(try read("slabinfo - version: 1.0\nkmem_cache 29 42\n"))
    #expect(oldest.knownSlabBytes == nil && oldest.knownActiveObjects == 29 && !oldest.knows(.ledger))
  }

  @Test func bytesBeyondTheSizeInAKmallocNameAreDebugMetadata() throws {
    let snapshot = Snapshot(try read("kmalloc-1k  100 120 3072 10 8 : tunables 0 0 0 : slabdata 12 12 0\n"))
    #expect(snapshot.caches[0].objectSize == 1024 && snapshot.caches[0].stride == 3072)
    #expect(snapshot.ledger[.alignmentAndMetadata] == 100 * 2048 && snapshot.ledger[.livePayload] == 100 * 1024)
  }

  @Test func wrappedRowsAreJoined() throws {
    let pasted = try read(
      """
      > slabinfo - version: 2.1
      > # name            <active_objs> <num_objs> <objsize> <objperslab>
      > <pagesperslab> : tunables <limit> <batchcount> <sharedfactor> :
      > slabdata <active_slabs> <num_slabs> <sharedavail>
      > buffer_head       1544592 1580007    104   39    1 : tunables    0
      > 0    0 : slabdata  40513  40513      0
      > kmalloc-64          48210   48384     64   64    1
      > : tunables    0    0    0 : slabdata    756    756      0
      """)
    #expect(pasted.caches.map(\.slabs) == [40513, 756] && pasted.listsAllCaches)
  }

  @Test func quotedPrintableMailIsDecoded() throws {
    let pasted = try read(
      "> [ 5.2] Unreclaimable slab info:\n> [ 5.3] TCP=C2=A0=C2=A0=C2=A0 26=\n093KB=C2=A0=C2=A0 26094KB\n")
    #expect(pasted.caches.map(\.name) == ["TCP"] && pasted.caches[0].activeBytes == 26093 * 1024)
  }

  @Test func lastOfSeveralTablesIsRead() throws {
    let later = Self.rows.replacing("48210", with: "1")
    for text in [Self.header + Self.rows + "\n" + Self.header + later, "$ grep\n" + Self.rows + "\n\n$ grep\n" + later]
    {
      let pasted = try read(text)
      #expect(pasted.caches.map(\.activeObjects) == [1_544_592, 1])
      #expect(pasted.notes.contains { $0.hasPrefix("The text contains 2 tables; the last one, from line ") })
    }
  }

  @Test func cachesOfTheSameNameInOneTableAreKept() throws {
    #expect(try read(Self.header + Self.row + "\n" + Self.row).caches.count == 2)
  }

  @Test(arguments: ["kmalloc-64 48210 48384 64", "kmalloc-64 48210", "kmalloc-64 48210 48384 64 64 1 : tunables 0 0"])
  func truncatedLastRowIsSkippedWithANote(row: String) throws {
    let pasted = try read(Self.header + Self.row + "\n" + row)
    #expect(pasted.caches.map(\.name) == ["dentry"] && pasted.notes == ["Line 4 is truncated and was skipped."])
  }

  @Test func colouredOutputOfGrepIsRead() throws {
    #expect(
      try read("\u{1B}[01;31m\u{1B}[Kdentry\u{1B}[m\u{1B}[K" + Self.row.dropFirst(6)).caches.map(\.name) == ["dentry"])
    #expect(try read("/proc/slabinfo:" + Self.row).caches.map(\.name) == ["dentry"])
  }

  @Test func formWithMostCachesIsReadAndTheOthersAreNamed() throws {
    let pasted = try read(Self.rows + "\nUnreclaimable slab info:\nTCP  512KB  640KB\n")
    #expect(
      pasted.form == .slabinfo
        && pasted.notes == ["The text also contains out-of-memory report; only /proc/slabinfo was read."])
  }

  @Test func labelsOfNodeExporterMayContainIndexAndEscapes() throws {
    let pasted = try read(
      """
      node_slabinfo_objects{index="0",slab="mlx5 \\"x\\""} 44
      node_slabinfo_objects{index="1",slab="mlx5 \\"x\\""} 396
      """)
    #expect(pasted.caches.map(\.totalObjects) == [44, 396] && pasted.caches[0].name == "mlx5 \"x\"")
  }

  @Test func slabtopWithoutUnitsOfSizesIsRead() throws {
    let pasted = try read("   730    730 100%    0.05K     10       73         40 ip_fib_alias\n")
    #expect(pasted.caches[0].slabBytes == 40 << 10 && pasted.caches[0].order == 0)
  }

  @Test func cutSlabtopDoesNotListAllCaches() throws {
    let heading = "  OBJS ACTIVE  USE OBJ SIZE  SLABS OBJ/SLAB CACHE SIZE NAME\n"
    let rows = "614250 512345  83%    0.19K  29250       21    117000K dentry\n"
    let cut = try read(" Active / Total Caches (% used)     : 108 / 156 (69.2%)\n\n" + heading + rows)
    #expect(!cut.listsAllCaches && cut.notes.contains("The text lists 1 of the 156 caches of the kernel."))
    #expect(try read(" Active / Total Caches (% used)     : 1 / 1 (100.0%)\n\n" + heading + rows).listsAllCaches)
    #expect(try !read(heading + rows).listsAllCaches)
  }

  @Test func selectedOrTruncatedRowsDoNotListAllCaches() throws {
    #expect(try !read(Self.rows).listsAllCaches)
    #expect(try read(Self.header + Self.rows).listsAllCaches)
    #expect(try !read(Self.header + Self.rows + "\nkmalloc-64 48210").listsAllCaches)
    let sample = "node_slabinfo_objects{slab=\"dentry\"} 703605\n"
    #expect(try !read(sample).listsAllCaches)
    #expect(try read("# TYPE node_slabinfo_objects gauge\n" + sample).listsAllCaches)
  }

  @Test func rowsWithoutFiguresDoNotListAllCaches() throws {
    let heading = "CACHE             OBJSIZE  ALLOCATED     TOTAL  SLABS  SSIZE  NAME\n"
    let row = "ffff88017fc78a00      216       1204      1260     35     8k  nf_conntrack\n"
    #expect(try read(heading + row).listsAllCaches)
    #expect(
      try !read(heading + row + "ffff88017fc03e00       64          ?         ?      ?     4k  kmalloc-64\n")
        .listsAllCaches)
  }
}
