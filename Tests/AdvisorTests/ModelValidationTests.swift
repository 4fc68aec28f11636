import Recordings
import Testing

@testable import Advisor

@Suite struct ModelValidationTests {
  /// A kernel that had 10 slabs of 16 objects, half of them free anywhere, and then held 800 objects more.
  private func recording(stride: Int = 256, withSamples: Bool = true) throws -> Recording {
    var writer = SlabtraceWriter(name: "model", summary: "")
    func sample(_ time: UInt64, live: Int, slabs: Int) -> KernelSample {
      let row = "skbuff_head_cache \(live) \(slabs * 16) 256 16 1 : tunables 0 0 0 : slabdata \(slabs) \(slabs) 0\n"
      return KernelSample(time: time, source: .slabinfo, text: "slabinfo - version: 2.1\n# name\n" + row)
    }
    if withSamples { writer.append(sample(500, live: 80, slabs: 10)) }
    let events = (0..<1000).map { number in
      AllocationEvent(
        time: UInt64(1000 + number), slot: UInt32(number), requestedBytes: 224, allocatedBytes: UInt32(stride), site: 0,
        cache: 1, cpu: UInt16(number & 1), kind: .kmemCacheAlloc, outcome: .allocated)
    }
    writer.append(events, symbols: ["__alloc_skb+0x1/0x2", "skbuff_head_cache"])
    if withSamples { writer.append(sample(2500, live: 1088, slabs: 68)) }
    return try Recording(
      bytes: writer.finish(symbols: ["__alloc_skb+0x1/0x2", "skbuff_head_cache"], counts: TraceLineCounts()),
      name: "model")
  }

  @Test func aReplayBeginsWithTheRoomThatTheKernelHad() throws {
    let validation = try ModelValidation(try recording())
    let row = try #require(validation.caches.first)
    #expect(row.cache == "skbuff_head_cache" && row.isComparable && validation.samples == 1)
    #expect(row.observedSlabs == 58 && row.observedObjects == 928)
    // 1000 objects, less the 80 that found room, take 57.5 slabs; a magazine's worth more.
    #expect((57...60).contains(row.predictedSlabs), "\(row.predictedSlabs)")
    #expect(abs(try #require(row.error)) < 0.05)
  }

  @Test func whatCannotBeComparedSaysWhy() throws {
    let row = try #require(try ModelValidation(try recording(stride: 512)).caches.first)
    #expect(!row.isComparable && row.remark == "events set 512 bytes aside, slabinfo says 256")
    #expect(throws: ModelValidationError.noSamples) { _ = try ModelValidation(try recording(withSamples: false)) }
  }

  @Test func aSizesKmallocCachesAreOne() {
    let names = ["kmalloc-1k", "kmalloc-cg-1k", "dma-kmalloc-192", "msg_msg-8k", "TCP", "kmalloc_buckets", "bio-120"]
    #expect(
      names.map(ObservedSlabs.family) == [
        "kmalloc-1024", "kmalloc-1024", "kmalloc-192", "kmalloc-8192", "TCP", "kmalloc_buckets", "bio-120",
      ])
  }
}
