import Foundation
import Profiles
import Testing

@testable import Kernel

/// Traffic of the running kernel. The tests are skipped without root and BPF.
@Suite(.serialized, .enabled(if: LiveTraffic.problem == nil, "\(LiveTraffic.problem ?? "")"))
struct TrafficWatcherTests {
  @Test func heldSocketsAreLiveAndThenFreed() throws {
    var options = TrafficOptions()
    options.sampling = 1
    let watcher = try LiveTraffic.watcher(options)
    let sockets = LiveTraffic.openSockets(500)
    usleep(20_000)
    try watcher.update(readsObjects: true)
    let live = watcher.profile.rows(by: .cache).first(where: { $0.cache == "UDP" })?.figures
    #expect(live?.allocObjects ?? 0 >= 500 && live?.liveObjects ?? 0 >= 500)
    let objects = watcher.objects.filter { watcher.profile.contexts[$0.context].cache == "UDP" }
    #expect(objects.count >= 500 && objects.allSatisfy { $0.ageMicroseconds < 60_000_000 })
    sockets.forEach { close($0) }
    usleep(200_000)
    try watcher.update(readsObjects: true)
    let after = watcher.profile.rows(by: .cache).first(where: { $0.cache == "UDP" })?.figures
    #expect(after?.liveObjects ?? 500 < 100)
  }

  @Test(arguments: [1, 16]) func everyAllocationOfABoundedLoadIsCounted(sampling: Int) throws {
    var options = TrafficOptions()
    options.sampling = sampling
    let watcher = try LiveTraffic.watcher(options)
    for _ in 0..<200 { LiveTraffic.openSockets(100).forEach { close($0) } }
    try watcher.update(readsObjects: false)
    #expect(watcher.status.sampling == sampling && watcher.status.allocationsWithoutContext == 0)
    let figures = watcher.profile.rows(by: .cache).first { $0.cache == "UDP" }?.figures ?? AllocationFigures()
    // Other programs and tests may open sockets meanwhile.
    let least = 20_000 - watcher.status.missedEvents
    #expect((least...20_400).contains(figures.allocObjects))
    let balance = try #require(watcher.balances["UDP"])
    #expect(balance.allocObjects == figures.allocObjects && balance.liveObjects == figures.liveObjects)
    #expect(watcher.profile.allocObjectsByCPU.reduce(0, +) >= 20_000)
  }

  @Test func skbDataHaveTheBytesInUse() throws {
    var options = TrafficOptions()
    options.sampling = 1
    let watcher = try LiveTraffic.watcher(options)
    LiveBufferUse.sendDatagrams([1500], rounds: 300)
    usleep(50_000)
    try watcher.update(readsObjects: false)
    // Head room, IP and UDP headers, datagram, skb_shared_info: rounded up to a cache line.
    let used = (16 + 28 + 1500 + 320 + 63) / 64 * 64
    let contexts = zip(watcher.profile.contexts, watcher.profile.figures).filter { $0.0.usedBytes == used }
    #expect(contexts.reduce(0) { $0 + $1.1.allocObjects } >= 300)
    #expect(contexts.allSatisfy { $0.0.cache == "kmalloc-2k" && $0.0.isGeneral })
  }

  #if BPF
    @Test func fullMapsAreCounted() throws {
      var options = TrafficOptions()
      options.sampling = 1
      let watcher = try LiveTraffic.watcher(options, capacity: TrafficProgram.Capacity(contexts: 4, objects: 64))
      let sockets = LiveTraffic.openSockets(500)
      sockets.forEach { close($0) }
      try watcher.update(readsObjects: true)
      let status = watcher.status
      #expect(status.allocationsWithoutContext > 500 && watcher.profile.contexts.count <= 4)
      #expect(status.objectsNotFollowed > 0 || watcher.objects.count < 64)
      let counted = watcher.profile.figures.reduce(0) { $0 + $1.allocObjects }
      #expect(counted + status.allocationsWithoutContext <= status.events)
    }

    @Test func fewerObjectsAreFollowedIfTheMapIsNearlyFull() throws {
      let watcher = try LiveTraffic.watcher(
        TrafficOptions(), capacity: TrafficProgram.Capacity(contexts: 4096, objects: 512))
      let sockets = LiveTraffic.openSockets(500)
      defer { sockets.forEach { close($0) } }
      for _ in 0..<4 { try watcher.update(readsObjects: false) }
      #expect(watcher.status.sampling > 1)
      try watcher.update(readsObjects: true)
      let shift = watcher.status.sampling.trailingZeroBitCount
      #expect(watcher.objects.allSatisfy { FollowedObject.isChosen($0.address, shift: shift) })
    }

    @Test func flagsHaveTheValuesInTheFormatFile() throws {
      let root = ["/sys/kernel/tracing", "/sys/kernel/debug/tracing"].first { KernelFile.exists($0 + "/events") }
      let format = try #require(root.flatMap { KernelFile.text($0 + "/events/kmem/kmalloc/format") })
      let expected = AllocationFlags(printFormat: format)
      let bits = try #require(AllocationFlagBits.ofRunningKernel)
      #expect(UInt64(bits.dma) == expected.dma && UInt64(bits.reclaimable) == expected.reclaimable)
      #expect(UInt64(bits.accounted) == expected.accounted)
    }
  #endif

  @Test func callStacksBeginAtTheCallSite() throws {
    var options = TrafficOptions()
    options.recordsStacks = true
    let watcher = try LiveTraffic.watcher(options)
    LiveTraffic.openSockets(50).forEach { close($0) }
    try watcher.update(readsObjects: false)
    let context = try #require(watcher.profile.contexts.first { $0.cache == "UDP" && !$0.stack.isEmpty })
    #expect(context.stack.first == context.site)
    #expect(context.stack.contains { $0.hasPrefix("__sys_socket") || $0.hasPrefix("__x64_sys_socket") })
  }

  @Test func fewerObjectsAreFollowedIfTheOverheadIsTooHigh() throws {
    var options = TrafficOptions()
    options.maximumOverheadPercent = 1e-6
    let watcher = try LiveTraffic.watcher(options)
    for _ in 0..<2 {
      LiveTraffic.openSockets(100).forEach { close($0) }
      usleep(250_000)
      try watcher.update(readsObjects: false)
    }
    #expect(watcher.status.sampling > 1 && watcher.status.overheadPercent ?? 0 > 1e-6)
  }
}

enum LiveTraffic {
  /// Reason why the tests cannot run; nil if they can.
  static let problem: String? = {
    do {
      let watcher = try TrafficWatcher()
      try watcher.update(readsObjects: false)
      return nil
    } catch {
      return "\(error)"
    }
  }()

  #if BPF
    /// Symbols of the kernel, which take seconds to read in a debug build.
    private static let symbols = KernelSymbols(kallsyms: KernelFile.bytes("/proc/kallsyms") ?? [])

    static func watcher(
      _ options: TrafficOptions, capacity: TrafficProgram.Capacity? = nil
    ) throws(TrafficError) -> TrafficWatcher {
      try TrafficWatcher(options, capacity: capacity, symbols: symbols)
    }
  #else
    static func watcher(_ options: TrafficOptions) throws(TrafficError) -> TrafficWatcher {
      try TrafficWatcher(options)
    }
  #endif

  static func openSockets(_ count: Int) -> [Int32] {
    (0..<count).map { _ in socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0) }
  }
}
