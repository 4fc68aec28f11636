import Testing

@testable import SlabEngine

@Suite struct OrderTests {
  @Test func slabsAlternateBetweenThePlannedOrders() throws {
    let engine = try makeEngine(orders: OrderPolicy(maximumOrder: 3, alternation: [0, -1, -2]))
    let cache = try engine.makeCache("buffer", objectSize: 1898)
    let objects = (0..<90).map { _ in engine.cpu(0).allocate(from: cache)! }
    let sample = try engine.sample().cache("buffer")
    #expect(sample.preferredOrder == 3)
    // Slabs of 17, 8 and 4 objects in turn.
    #expect(sample.slabsByOrder[1...3].elementsEqual([3, 3, 4]))
    #expect(sample.orderFallbacks == 0)
    #expect(engine.validate() == [])
    for object in objects { engine.cpu(0).free(object) }
    #expect(engine.validate() == [])
  }

  @Test func slabOfTheLargestOrderIsCounted() throws {
    let engine = try makeEngine()
    let cache = try engine.makeCache("huge", objectSize: 4 << 20)
    _ = try #require(engine.cpu(0).allocate(from: cache))
    let plan = try #require(try engine.sample().cache("huge").orderPlan)
    let expected = Array(repeating: 0, count: 10) + [1]
    #expect(plan.orders == [10] && plan.plannedSlabsByOrder == expected && plan.grownSlabsByOrder == expected)
  }

  @Test func aCacheAndAStrideHaveOrdersOfTheirOwn() throws {
    var orders = OrderPolicy(maximumOrder: 3, alternation: [0])
    orders.byStride[1904] = OrderOverride(preferred: 1)
    orders.byStride[1904]?.alternation = [0, 0, 1]
    orders.byCache["named"] = OrderOverride(preferred: 0)
    orders.byCache["named"]?.alternation = [0]
    let engine = try makeEngine(orders: orders)
    for name in ["by stride", "named"] {
      let cache = try engine.makeCache(name, objectSize: 1904)
      for _ in 0..<180 { _ = try #require(engine.cpu(0).allocate(from: cache)) }
    }
    let named = try engine.sample().cache("named")
    #expect(named.slabsByOrder[0] == named.slabsGrown && named.orderPlan?.orders == [0])
    let plan = try #require(try engine.sample().cache("by stride").orderPlan)
    #expect(plan.orders == [1, 1, 2] && plan.plannedSlabsByOrder == plan.grownSlabsByOrder)
    let (low, high) = (plan.grownSlabsByOrder[1], plan.grownSlabsByOrder[2])
    #expect(high >= 10 && low >= 2 * high && low <= 2 * high + 2)
    #expect(engine.validate() == [])
  }

  @Test func cachesWithDifferentOrdersShareNoSlabs() throws {
    var orders = OrderPolicy()
    orders.byCache["apart"] = OrderOverride(preferred: 0)
    orders.byStride[1392] = OrderOverride(preferred: 1)
    let engine = try makeEngine(sharing: 0.125, orders: orders)
    for (name, size) in [("first", 1400), ("apart", 1400), ("sharer", 1400), ("other stride", 1392)] {
      let cache = try engine.makeCache(name, objectSize: size)
      _ = try #require(engine.cpu(0).allocate(from: cache))
    }
    #expect(try engine.sample().cache("other stride").slabHolder == "other stride")
    let (apart, sharer) = (try engine.sample().cache("apart"), try engine.sample().cache("sharer"))
    #expect(apart.slabHolder == "apart" && apart.orderPlan?.orders == [0])
    #expect(sharer.slabHolder == "first" && sharer.orderPlan == nil)
  }

  @Test(arguments: [OrderOverride(preferred: 11), OrderOverride(preferred: -1)])
  func overridesOutOfRangeAreErrors(override: OrderOverride) {
    var orders = OrderPolicy()
    orders.byCache["x"] = override
    #expect(throws: EngineError.self) { _ = try makeEngine(orders: orders) }
    orders.byCache["x"] = OrderOverride()
    orders.byCache["x"]?.alternation = []
    #expect(throws: EngineError.self) { _ = try makeEngine(orders: orders) }
  }

  @Test func avoidedOrdersAreCountedAndTimed() throws {
    let engine = try makeEngine(orders: OrderPolicy(maximumOrder: 3, longestBackOff: 8))
    let cache = try engine.makeCache("buffer", objectSize: 1898)
    func plan() throws -> OrderPlanSample { try #require(try engine.sample().cache("buffer").orderPlan) }
    engine.setTime(microseconds: 1000)
    engine.injectPageFailures(PageFailureInjection(minimumOrder: 1))
    for _ in 0..<80 { _ = try #require(engine.cpu(0).allocate(from: cache)) }
    engine.setTime(microseconds: 5000)
    let avoiding = try plan()
    let grown = avoiding.grownSlabsByOrder[0]
    #expect(avoiding.avoidedOrders == [1, 2, 3] && avoiding.plannedSlabsByOrder[3] == grown && grown >= 38)
    // Requested for slabs 1, 3, 6, 11, 20, 29, 38, and avoided for those between; the first request is no retry.
    #expect(avoiding.retriesByOrder[3] == 6 && avoiding.avoidedRequestsByOrder[3] == grown - 7)
    #expect(avoiding.avoidedMicrosecondsByOrder[3] == 4000 && avoiding.avoidedMicrosecondsByOrder[0] == 0)
    engine.injectPageFailures(nil)
    while try plan().grownSlabsByOrder[3] == 0 { _ = try #require(engine.cpu(0).allocate(from: cache)) }
    engine.setTime(microseconds: 9000)
    let after = try plan()
    #expect(!after.avoidedOrders.contains(3) && after.avoidedMicrosecondsByOrder[3] == 4000)
    #expect(after.retriesByOrder[3] == 7)
    #expect(engine.validate() == [])
  }

  @Test func anOrderWithoutBackOffIsNeverAvoided() throws {
    let engine = try makeEngine(orders: OrderPolicy(maximumOrder: 3, fallsBackToLowest: true, longestBackOff: 0))
    let cache = try engine.makeCache("buffer", objectSize: 1898)
    engine.injectPageFailures(PageFailureInjection(minimumOrder: 1))
    for _ in 0..<40 { _ = try #require(engine.cpu(0).allocate(from: cache)) }
    let sample = try engine.sample().cache("buffer")
    let plan = try #require(sample.orderPlan)
    #expect(sample.refusalsByOrder[3] == sample.slabsGrown && sample.refusalsByOrder[2] == 0)
    #expect(plan.avoidedOrders.isEmpty && plan.avoidedRequestsByOrder[3] == 0 && plan.retriesByOrder[3] == 0)
  }

  @Test(arguments: [(576, [1, 0]), (2368, [3, 3]), (832, [2, 2]), (2048, [2, 1])])
  func alternationReplacesOrdersWithLargeTails(stride: Int, orders: [Int]) {
    let policy = OrderPolicy(alternation: [0, -1], alternationTail: 0.0625)
    #expect(policy.plannedOrders(stride: stride) == orders)
  }

  @Test func poolThatStartsSmallGrowsInProportion() throws {
    let engine = try makeEngine(orders: OrderPolicy(maximumOrder: 3, minimumObjects: 32, startsSmall: true))
    let cache = try engine.makeCache("buffer", objectSize: 1024)
    var objects: [UnsafeMutableRawPointer] = []
    func orders() throws -> [Int] { Array(try engine.sample().cache("buffer").slabsByOrder[0...3]) }
    for (count, pages) in [(1, 1), (8, 2), (16, 2)] {
      while objects.count < count { objects.append(try #require(engine.cpu(0).allocate(from: cache))) }
      #expect(try orders()[0] == pages, "\(count) objects")
    }
    while objects.count < 256 { objects.append(try #require(engine.cpu(0).allocate(from: cache))) }
    let grown = try orders()
    #expect(grown[0] == 2 && grown[1] == 1 && grown[2] == 1 && grown[3] >= 7)
    // No order was refused: a small start is not a fallback.
    #expect(try engine.sample().cache("buffer").orderFallbacks == 0)
    #expect(engine.validate() == [])
    let peak = engine.sample().peakPagesInUse
    #expect(peak >= grown.indices.reduce(0) { $0 + grown[$1] << $1 })
    for object in objects { engine.cpu(0).free(object) }
    _ = engine.shrink(cache)
    #expect(engine.sample().peakPagesInUse == peak)
  }

  @Test func refusedOrderIsRetriedAfterBackOff() throws {
    let engine = try makeEngine(orders: OrderPolicy(maximumOrder: 3, longestBackOff: 8))
    let cache = try engine.makeCache("buffer", objectSize: 1898)
    engine.injectPageFailures(PageFailureInjection(minimumOrder: 1))
    var objects: [UnsafeMutableRawPointer] = []
    for _ in 0..<80 { objects.append(try #require(engine.cpu(0).allocate(from: cache))) }
    let tight = try engine.sample().cache("buffer")
    #expect(tight.slabsByOrder[0] == tight.slabsGrown && tight.fallbacksByOrder[0] == tight.slabsGrown)
    // Requested at growths 1, 3, 6, 11, 20, 29, 38: after back-offs of 1, 2, 4, 8, 8, 8 growths.
    #expect(tight.refusalsByOrder[3] == 7 && tight.slabsGrown >= 38)
    engine.injectPageFailures(nil)
    for _ in 0..<80 { objects.append(try #require(engine.cpu(0).allocate(from: cache))) }
    #expect(try engine.sample().cache("buffer").slabsByOrder[3] > 0)
    #expect(engine.validate() == [])
    for object in objects { engine.cpu(1).free(object) }
  }

  /// The order-failure matrix: refusals of order k or above from page allocation i on, for all small i and k. Requests
  /// that order 0 can satisfy must succeed.
  @Test(arguments: 0...4, [nil, 0.125] as [Double?])
  func requestsSucceedIfALowerOrderIsAvailable(order: Int, sharing: Double?) throws {
    for allocation in 1...24 {
      for times in [1, 3, nil] {
        let engine = try makeEngine(megabytes: 4, sharing: sharing, orders: OrderPolicy(alternation: [0, -1]))
        let sizes = [40, 700, 1898, 2040, 4000]
        let caches = try sizes.map { try engine.makeCache("size-\($0)", objectSize: $0) }
        engine.injectPageFailures(
          PageFailureInjection(interval: allocation, minimumOrder: order, times: order == 0 ? 1 : times))
        var objects: [UnsafeMutableRawPointer] = []
        for step in 0..<100 {
          let object = engine.cpu(step % 2).allocate(from: caches[step % sizes.count])
          if let object { objects.append(object) }
        }
        // If order 0 is refused once, that request may fail; if only higher orders are refused, none may.
        #expect(objects.count >= (order == 0 ? 99 : 100), "failure \(allocation) of order \(order)")
        #expect(engine.validate() == [])
        for object in objects { engine.cpu(0).free(object) }
      }
    }
  }

  @Test func exhaustedMemoryReturnsNilAndRecovers() throws {
    let engine = try makeEngine(megabytes: 4, cpus: 2)
    let cache = try engine.makeCache("buffer", objectSize: 1500)
    for _ in 0..<3 {
      var objects: [UnsafeMutableRawPointer] = []
      while let object = engine.cpu(objects.count & 1).allocate(from: cache) { objects.append(object) }
      #expect(engine.cpu(0).allocate(bytes: 4096) == nil && engine.cpu(1).allocate(bytes: 500_000) == nil)
      #expect(objects.count > 2500)
      #expect(engine.validate() == [])
      for object in objects { engine.cpu(1).free(object) }
      // Another request can use the memory that the first cache no longer needs.
      let big = try #require(engine.cpu(0).allocate(bytes: 1 << 20))
      engine.cpu(0).free(big)
    }
    #expect(engine.validate() == [])
  }

  @Test func injectedFailuresAreReproducible() throws {
    let counts = try (0..<2).map { _ in
      let engine = try makeEngine(cpus: 1)
      engine.injectPageFailures(PageFailureInjection(probability: 30, seed: 7))
      let got = (0..<200).map { _ in engine.cpu(0).allocate(bytes: 100_000) != nil }
      return (got, engine.sample().injectedFailures)
    }
    #expect(counts[0] == counts[1] && counts[0].1 > 20)
  }
}
