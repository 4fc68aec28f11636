import Testing

@testable import Recordings

/// Selection of the kind of kmalloc cache by the flags of a request in a trace text.
@Suite struct KmallocKindTests {
  @Test(arguments: [
    ("gfp_flags=GFP_KERNEL node=-1 accounted=false", nil as String?),
    ("gfp_flags=GFP_KERNEL node=-1 accounted=true", "kmalloc-cg-1k"),
    ("gfp_flags=GFP_KERNEL_ACCOUNT|__GFP_ZERO node=-1", "kmalloc-cg-1k"),
    ("gfp_flags=GFP_KERNEL|__GFP_RECLAIMABLE node=-1 accounted=false", "kmalloc-rcl-1k"),
    ("gfp_flags=GFP_KERNEL|__GFP_RECLAIMABLE node=-1 accounted=true", "kmalloc-rcl-1k"),
    ("gfp_flags=GFP_KERNEL|GFP_DMA node=-1 accounted=true", "dma-kmalloc-1k"),
    ("gfp_flags=GFP_DMA|__GFP_ZERO node=-1 accounted=false", "dma-kmalloc-1k"),
    ("gfp_flags=GFP_KERNEL|GFP_DMA32 node=-1 accounted=false", nil),
    ("", nil),
  ])
  func flagsSelectTheCache(flags: String, cache: String?) throws {
    let (importer, events) = try importText(
      "sh-1 [000] ..... 1.000001: kmalloc: call_site=f ptr=00000000aa bytes_req=700 bytes_alloc=1024 \(flags)\n")
    let name = events[0].cache == AllocationEvent.noCache ? nil : importer.symbols[Int(events[0].cache)]
    #expect(name == cache)
  }

  @Test func onlyKmallocCachesHaveKinds() throws {
    let lines = [
      "kmalloc: call_site=f ptr=aa bytes_req=9000 bytes_alloc=16384 gfp_flags=GFP_KERNEL_ACCOUNT node=-1 accounted=true",
      "kmem_cache_alloc: call_site=f ptr=bb name=filp bytes_req=184 bytes_alloc=192 gfp_flags=GFP_KERNEL accounted=true",
      "kmalloc: call_site=f ptr=cc bytes_req=9 bytes_alloc=16 gfp_flags=GFP_KERNEL node=-1 accounted=true",
    ]
    let text = lines.map { "sh-1 [000] ..... 1.000001: \($0)\n" }.joined()
    let (importer, events) = try importText(text)
    #expect(events[0].cache == AllocationEvent.noCache && importer.symbols[Int(events[1].cache)] == "filp")
    #expect(importer.symbols[Int(events[2].cache)] == "kmalloc-cg-16")
  }

  @Test func namesEqualThoseOfSlabinfo() throws {
    #expect(
      KmallocKind.allCases.map { $0.cacheName(bytes: 2048) } == [
        "kmalloc-2k", "kmalloc-cg-2k", "kmalloc-rcl-2k", "dma-kmalloc-2k",
      ])
    #expect(try #require(KmallocKind.parse("kmalloc-rcl-96")) == (.reclaimable, 96))
    // The name of a class that no kernel has contains its size in bytes.
    #expect(KmallocKind.normal.cacheName(bytes: 1856) == "kmalloc-1856")
    #expect(try #require(KmallocKind.parse("kmalloc-1856")) == (.normal, 1856))
    #expect(try #require(KmallocKind.parse("kmalloc-8k")) == (.normal, 8192))
    #expect(KmallocKind.parse("kmalloc-large") == nil && KmallocKind.parse("skbuff_head_cache") == nil)
  }

  @Test func nameIsWrittenToRecordings() throws {
    let line = "kmalloc: call_site=f ptr=aa bytes_req=9 bytes_alloc=16 gfp_flags=GFP_KERNEL_ACCOUNT"
    var recording = try Recording(
      bytes: try slabtrace(Array("sh-1 [000] ..... 1.000001: \(line)\n".utf8)), name: "test")
    let event = try allEvents(&recording)[0]
    #expect(event.kind == .kmalloc && recording.symbols[Int(event.cache)] == "kmalloc-cg-16")
  }
}
