import Foundation
import Recordings
import Telemetry
import Testing
import Workloads

@testable import Advisor

@Suite struct ModelValidationTests {
  private static let symbols = ["__alloc_skb+0x1/0x2", "skbuff_head_cache", "other"]

  /// Returns a recording of a kernel whose cache has `slabs` full slabs of 16 objects in the initial sample, and `later` slabs
  /// in the following samples.
  private func recording(
    objects: Int = 1000, slabs: Int = 10, later: [Int] = [68], withSamples: Bool = true, cache: UInt32 = 1,
    sums: SlabSums? = nil
  ) throws -> Recording {
    var writer = SlabtraceWriter(name: "model", summary: "")
    func sample(_ time: UInt64, slabs: Int) -> KernelSample {
      let row =
        "skbuff_head_cache \(slabs * 16) \(slabs * 16) 256 16 1 : tunables 0 0 0 : slabdata \(slabs) \(slabs) 0\n"
      return KernelSample(time: time, source: .slabinfo, text: "slabinfo - version: 2.1\n# name\n" + row)
    }
    if withSamples { writer.append(sample(500, slabs: slabs)) }
    if let sums { writer.append(KernelSample(time: 500, source: .slabSums, text: SlabSums.text(of: [sums]))) }
    let events = (0..<objects).map { number in
      AllocationEvent(
        time: UInt64(1000 + number), slot: UInt32(number), requestedBytes: 224, allocatedBytes: 256, site: 0,
        cache: cache, cpu: 0, kind: .kmemCacheAlloc, outcome: .allocated)
    }
    writer.append(events, symbols: ModelValidationTests.symbols)
    if withSamples {
      for (index, slabs) in later.enumerated() { writer.append(sample(UInt64(2500 + index * 1000), slabs: slabs)) }
    }
    return try Recording(
      bytes: writer.finish(symbols: ModelValidationTests.symbols, counts: ImportStatistics()), name: "model")
  }

  @Test func changesAndErrorsAreComputedForEverySample() throws {
    // 1000 objects fill at most 160 free objects of the 10 slabs, and then 52 to 63 new slabs.
    let validation = try ModelValidation(try recording(later: [65, 65, 10]))
    let cache = try #require(validation.caches.first)
    #expect(
      cache.cache == "skbuff_head_cache" && cache.isNetworking && cache.allocations == 1000 && cache.unseenFrees == 1000
    )
    #expect(validation.times == [0.0015, 0.0025, 0.0035])
    #expect(cache.kernel.map(\.slabs) == [55, 55, 0] && cache.kernel.map(\.objects) == [880, 880, 0])
    #expect(cache.kernel.map(\.bytes) == [55 * 4096, 55 * 4096, 0])
    #expect((52...63).contains(cache.model[0].slabs) && cache.model[0].bytes == cache.model[0].slabs * 4096)
    // The kernel has 160 active objects in the last sample, so the replay infers unseen frees.
    #expect(cache.model[2].slabs < 20, "\(cache.model[2].slabs)")
    let differences = zip(cache.kernel, cache.model).map { abs($0.bytes - $1.bytes) }
    #expect(cache.error.mean == Double(differences.reduce(0, +)) / 3 && cache.error.worst == differences.max())
    #expect(validation.networking.errorBytes == differences && validation.networking.peakBytes == 55 * 4096)
    #expect(validation.all == validation.networking)
    #expect(try #require(validation.unseenFrees).byReconciliation > 500)
  }

  @Test func startUsesListCountsOfSameNumberOfSlabs() throws {
    let sums = SlabSums(
      name: "skbuff_head_cache", slabs: 10, partial: 3, objectsPartial: 5, cpuSlabs: 4, slabsCPUPartial: [3])
    let kernel = try KernelSamples(try recording(sums: sums))
    let expected = StartingState.SlabLists(node: 3, objectsOnNode: 5, cpuSlabs: 1, cpuPartial: [3])
    #expect(kernel.start.caches.map(\.lists) == [expected])
    // Counts with another number of slabs are of another time or another cache, so they are ignored.
    var other = sums
    other.slabs = 11
    #expect(try KernelSamples(try recording(sums: other)).start.caches.map(\.lists) == [nil])
  }

  @Test func coldStartHasNoFreeObjects() throws {
    let validation = try ModelValidation(try recording(), isCold: true)
    // 1000 objects in slabs of 16.
    #expect(validation.caches[0].model[0].slabs == 63 && validation.isCold)
  }

  @Test func engineWithOtherPolicyIsCompared() throws {
    let validation = try ModelValidation(try recording(), policy: .powerOfTwo)
    #expect(validation.policy == "power-of-two" && validation.unseenFrees == nil)
    #expect((50...64).contains(validation.caches[0].model[0].slabs), "\(validation.caches[0].model[0].slabs)")
  }

  @Test func errorsOfCachesDoNotCancelOut() {
    func change(_ bytes: Int) -> ValidatedCache.Change { ValidatedCache.Change(objects: 0, slabs: 0, bytes: bytes) }
    let above = ValidatedCache(name: "TCP", kernel: [change(8 << 20)], model: [change(9 << 20)])
    let below = ValidatedCache(name: "UDP", kernel: [change(2 << 20)], model: [change(1 << 20)])
    let total = ValidatedTotal([above, below], samples: 1)
    #expect(total.kernelBytes == [10 << 20] && total.modelBytes == [10 << 20] && total.errorBytes == [2 << 20])
    #expect(total.peakBytes == 10 << 20 && total.allowedError == 1048576 && !total.isWithinBounds)
    let small = ValidatedTotal([below], samples: 1)
    #expect(small.allowedError == 262144 && small.error.mean == 1048576 && small.error.worst == 1 << 20)
    #expect(ValidatedTotal([], samples: 2).isWithinBounds)
  }

  @Test func reportsContainEverySample() throws {
    let validation = try ModelValidation(try recording(later: [65, 65]))
    #expect(validation.csv.split(separator: "\n").count == 3)
    #expect(validation.csv.hasPrefix("seconds,cache,networking,kernel_objects,"))
    #expect(validation.csv.contains("\n0.002,\"skbuff_head_cache\",true,880,"))
    #expect(validation.text.contains("2 samples") && validation.text.contains("skbuff_head_cache *"))
    #expect(validation.svg.components(separatedBy: "<polyline").count == 4)
    #expect(try validation.json().contains("\"within_bounds\" : true"))
  }

  @Test func recordingWithoutSamplesThrowsAndUnknownCacheIsUnlisted() throws {
    #expect(throws: ModelValidationError.noSamples) { _ = try ModelValidation(try recording(withSamples: false)) }
    let validation = try ModelValidation(try recording(cache: 2))
    #expect(validation.caches.isEmpty && validation.unlisted == ["other"])
  }

  @Test func kmallocCachesOfOneSizeAreCombinedIfEventsDoNotDistinguishThem() throws {
    let names = ["kmalloc-1k", "kmalloc-cg-1k", "dma-kmalloc-192", "msg_msg-8k", "TCP", "kmalloc_buckets", "bio-120"]
    #expect(
      names.map(KernelSamples.family) == [
        "kmalloc-1k", "kmalloc-1k", "kmalloc-192", "kmalloc-8k", "TCP", "kmalloc_buckets", "bio-120",
      ])
    #expect(try KernelSamples(try recording()).combinesKmallocKinds)
  }

  @Test func networkingCachesIncludePacketsAndSocketsOnly() {
    let networking = ["skbuff_head_cache", "TCPv6", "kmalloc-512", "kmalloc-8k", "eventpoll_epi", "pool_workqueue"]
    let others = ["kmalloc-cg-512", "kmalloc-64", "dentry", "buffer_head", "kmalloc-rcl-1k", "dma-kmalloc-2k"]
    #expect(networking.allSatisfy(NetworkingCaches.contains) && !others.contains(where: NetworkingCaches.contains))
  }

  @Test func replayStartHasKernelStateBeforeFirstEvent() throws {
    let start = try #require(try ReplayStart(try recording()))
    #expect(start.slabBytes == 40960 && start.observations.count == 1)
    #expect(start.observations[0].activeObjects == ["skbuff_head_cache": 68 * 16])
    #expect(try ReplayStart(try recording(withSamples: false)) == nil)
    #expect(try ReplayStart(WorkloadCatalog.make("burst", seed: 1)) == nil)
  }
}
