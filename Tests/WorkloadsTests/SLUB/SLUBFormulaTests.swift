import Recordings
import Testing

@testable import Workloads

/// Comparison of SLUB's formulas with the values in /sys/kernel/slab of Linux 6.18 with two CPUs.
@Suite struct SLUBFormulaTests {
  struct Reported: Sendable {
    let (stride, objects, order, cpuPartial, minimumPartial): (Int, Int, Int, Int, Int)

    init(_ stride: Int, _ objects: Int, _ order: Int, _ cpuPartial: Int, _ minimumPartial: Int) {
      (self.stride, self.objects, self.order) = (stride, objects, order)
      (self.cpuPartial, self.minimumPartial) = (cpuPartial, minimumPartial)
    }
  }

  static let reported = [
    Reported(8, 512, 0, 120, 5), Reported(24, 170, 0, 120, 5), Reported(96, 42, 0, 120, 5),
    Reported(192, 21, 0, 120, 5),
    Reported(240, 17, 0, 120, 5), Reported(256, 16, 0, 52, 5), Reported(320, 12, 0, 52, 5), Reported(344, 23, 1, 52, 5),
    Reported(480, 17, 1, 52, 5), Reported(512, 16, 1, 52, 5), Reported(560, 14, 1, 52, 5), Reported(576, 14, 1, 52, 5),
    Reported(624, 13, 1, 52, 5), Reported(672, 12, 1, 52, 5), Reported(688, 23, 2, 52, 5), Reported(832, 19, 2, 52, 5),
    Reported(984, 16, 2, 52, 5), Reported(1024, 16, 2, 24, 5), Reported(1344, 12, 2, 24, 5),
    Reported(1472, 22, 3, 24, 5),
    Reported(1536, 21, 3, 24, 5), Reported(2048, 16, 3, 24, 5), Reported(2368, 13, 3, 24, 5),
    Reported(2672, 12, 3, 24, 5),
    Reported(4096, 8, 3, 6, 6), Reported(4288, 7, 3, 6, 6), Reported(6016, 5, 3, 6, 6), Reported(8192, 4, 3, 6, 6),
    Reported(51472, 1, 4, 6, 7),
  ]

  @Test(arguments: reported) func computedParametersEqualReportedParameters(_ expected: Reported) {
    let layout = SLUBCacheLayout(
      name: "c", objectSize: expected.stride, stride: expected.stride, parameters: SLUBParameters(), cpus: 2)
    #expect(layout.order == expected.order && layout.objectsPerSlab == expected.objects)
    #expect(SLUBCacheLayout.cpuPartial(stride: expected.stride) == expected.cpuPartial)
    #expect(layout.minimumPartial == expected.minimumPartial && layout.sheafCapacity == 0)
    // The number of half full slabs with cpu_partial free objects, rounded up.
    #expect(layout.cpuPartialSlabs * expected.objects >= expected.cpuPartial * 2)
    #expect((layout.cpuPartialSlabs - 1) * expected.objects < expected.cpuPartial * 2)
  }

  @Test func cpuPartialIsConvertedToSlabs() {
    func limit(_ stride: Int) -> Int {
      SLUBCacheLayout(name: "", objectSize: 8, stride: stride, parameters: SLUBParameters(), cpus: 2).cpuPartialSlabs
    }
    // 104 / 16, 240 / 21, 48 / 13, 12 / 8, 12 / 1.
    #expect([256, 192, 2368, 4096, 51472].map(limit) == [7, 12, 4, 2, 12])
  }

  @Test func pageOrderIncreasesWithTheNumberOfCPUs() {
    // 4 * (fls(CPUs) + 1) objects: 8, 12, 16, 32 of 512 bytes.
    #expect([1, 2, 4, 64].map { SLUBParameters().order(stride: 512, cpus: $0) } == [0, 1, 1, 2])
  }

  @Test func bootParametersChangeThePageOrder() {
    var parameters = SLUBParameters()
    parameters.minimumObjects = 100
    #expect(parameters.order(stride: 256, cpus: 2) == 3)
    parameters.minimumObjects = 1
    #expect(parameters.order(stride: 1024, cpus: 2) == 0)
    // 1 object of 2368 bytes wastes 1728 of 4096 bytes; 13 objects in order 3 waste 1984 of 32768, which is at most 1/16.
    #expect(parameters.order(stride: 2368, cpus: 2) == 3)
    parameters.maximumOrder = 0
    #expect(parameters.order(stride: 2368, cpus: 2) == 0 && parameters.order(stride: 5000, cpus: 2) == 1)
    parameters = SLUBParameters()
    parameters.minimumOrder = 2
    #expect(parameters.order(stride: 64, cpus: 2) == 2)
    // A slab has at most 32767 objects.
    parameters.minimumOrder = 7
    parameters.maximumOrder = 7
    #expect(parameters.order(stride: 8, cpus: 2) == 5)
  }

  @Test func sheafCapacityFillsItsKmallocClass() {
    // 32 + 8 * 60 = 512; 32 + 8 * 28 = 256 for 26; 32 + 8 * 12 = 128; 32 + 8 * 4 = 64.
    #expect([64, 256, 1024, 4096].map { SLUBCacheLayout.sheafCapacity(stride: $0) } == [60, 28, 12, 4])
    let sheaves = SLUBParameters(variant: .sheaves)
    let layout = SLUBCacheLayout(
      name: "c", objectSize: 256, stride: 256, sheafCapacity: 32, parameters: sheaves, cpus: 2)
    #expect(layout.sheafCapacity == 32 && layout.cpuPartialSlabs == 0)
    #expect(SLUBCacheLayout.requestedSheafCapacity(name: "maple_node") == 32)
  }

  @Test func requestsUseTheSmallestClassThatFits() {
    let classes = KmallocClassTable()
    let sizes = [1, 8, 9, 64, 65, 96, 97, 128, 129, 192, 193, 256, 257, 8192].map {
      classes.sizes[classes.number(for: $0)]
    }
    #expect(sizes == [8, 8, 16, 64, 96, 96, 128, 128, 192, 192, 256, 256, 512, 8192] && classes.largest == 8192)
    #expect(KmallocClasses.size(for: 100) == 128)
    #expect(KmallocClasses.size(named: "kmalloc-cg-1k") == 1024 && KmallocClasses.size(named: "TCP") == nil)
    #expect(
      KmallocKind.parse("dma-kmalloc-192")?.kind == .dma && KmallocKind.cgroup.cacheName(bytes: 2048) == "kmalloc-cg-2k"
    )
  }

  @Test func cachesMergeByTheRulesOfFindMergeable() {
    func layout(_ stride: Int) -> SLUBCacheLayout {
      SLUBCacheLayout(name: "", objectSize: stride, stride: stride, parameters: SLUBParameters(), cpus: 2)
    }
    // Each object may waste less than 8 bytes.
    #expect(layout(64).acceptsMerge([], stride: 64, flags: []))
    #expect(!layout(64).acceptsMerge([], stride: 56, flags: []) && !layout(56).acceptsMerge([], stride: 64, flags: []))
    // Objects must stay aligned to cache lines.
    #expect(!layout(72).acceptsMerge([], stride: 64, flags: []))
    // Accounting flags must be equal.
    #expect(!layout(64).acceptsMerge(.account, stride: 64, flags: []))
    #expect(layout(64).acceptsMerge([.account, .reclaimAccount], stride: 64, flags: [.account, .reclaimAccount]))
    for flag in [SLUBCacheFlags.kmalloc, .typesafeByRCU, .noMerge] {
      #expect(
        !layout(64).acceptsMerge(flag, stride: 64, flags: []) && !layout(64).acceptsMerge([], stride: 64, flags: flag))
    }
    #expect(SLUBCacheFlags.ofCache(named: "kmalloc-256") == .kmalloc)
    #expect(SLUBCacheFlags.ofCache(named: "TCP").contains(.typesafeByRCU))
    #expect(SLUBCacheFlags.ofCache(named: "skbuff_head_cache").contains(.noMerge))
    #expect(SLUBCacheFlags.ofCache(named: "skbuff_fclone_cache") == [])
  }
}
