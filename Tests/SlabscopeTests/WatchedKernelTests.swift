import Dashboard
import Kernel
import Profiles
import Telemetry
import Testing

@testable import slabscope

/// The watch of the running kernel's traffic, with traffic of which all figures are known.
@Suite struct WatchedKernelTests {
  private let traffic = FakeTraffic()

  private static func kernel(dentries: Int = 100) -> Snapshot {
    var snapshot = Snapshot()
    snapshot.caches = [("dentry", 192, 0, 21, dentries), ("kmalloc-256", 256, 1, 32, 40)].map {
      name, size, order, room, active in
      var cache = CacheSnapshot(name: name)
      (cache.objectSize, cache.stride, cache.preferredOrder) = (size, size, order)
      (cache.objectsPerPreferredSlab, cache.activeObjects, cache.totalObjects, cache.slabs) = (room, active, 400, 20)
      return cache
    }
    return snapshot
  }

  private func setTraffic() {
    traffic.set([
      (context("d_alloc", "dentry", requested: 192, allocated: 192), 1000, 60),
      (context("kmalloc_reserve", "kmalloc-256", requested: 200, allocated: 256), 300, 12),
      (context("sk_alloc", "kmalloc-256", requested: 256, allocated: 256), 100, 3),
    ])
    traffic.status.events = 2725
  }

  @Test func cachesGetTheirTrafficAndTheComparisonWithTheKernelsNumbers() throws {
    setTraffic()
    let watch = WatchedKernel(traffic, Kernel.TrafficOptions(), start: WatchedKernelTests.kernel())
    var snapshot = WatchedKernelTests.kernel(dentries: 150)
    watch.update(&snapshot, SampleRequest())
    let (dentry, general) = (snapshot.caches[0], snapshot.caches[1])
    #expect(snapshot.events == 2725)
    #expect((dentry.allocations, dentry.frees) == (1000, 940))
    #expect(dentry.traffic?.roundingPercent == 0)
    #expect(dentry.traffic?.liveRequestedBytes == 60 * 192)
    let reconciliation = try #require(dentry.traffic?.reconciliation)
    #expect(reconciliation.unseenFrees == 0...10 && reconciliation.olderObjects == 90...100)
    #expect((general.allocations, general.frees) == (400, 385))
    #expect(general.traffic?.roundingPercent == 100 - Double(300 * 200 + 100 * 256) * 100 / Double(400 * 256))
    // The requested bytes of the objects from before the start are not known.
    #expect(general.requestedBytes == nil)
    // The watch counts no operations on slabs, so that slabs of a lower order remain such.
    #expect(!general.countsOperations && general.knownLowOrderSlabs == 0)
  }

  @Test func objectsAreReadOnlyForTheSlabsPage() {
    setTraffic()
    let watch = WatchedKernel(traffic, Kernel.TrafficOptions(), start: WatchedKernelTests.kernel())
    var snapshot = WatchedKernelTests.kernel()
    watch.update(&snapshot, SampleRequest(page: .sites, needsProfile: true))
    // A sample that follows at once uses the same figures, unless it needs the objects.
    watch.update(&snapshot, SampleRequest(page: .sites, needsProfile: true))
    watch.update(&snapshot, SampleRequest(page: .slabs, selectedCache: "dentry"))
    #expect(traffic.updates == [false, true])
  }

  @Test func slabsOfTheSelectedCacheAreFoundFromItsObjects() throws {
    setTraffic()
    let sites = traffic.profile.contexts.map(\.site)
    let (reserve, socket) = (
      try #require(sites.firstIndex(of: "kmalloc_reserve")), try #require(sites.firstIndex(of: "sk_alloc"))
    )
    traffic.all = [
      WatchedObject(address: 0x4000, context: reserve, ageMicroseconds: 10, cpu: 0),
      WatchedObject(address: 0x5F00, context: reserve, ageMicroseconds: 20, cpu: 0),
      WatchedObject(address: 0x4100, context: socket, ageMicroseconds: 3_000_000, cpu: 1),
      WatchedObject(address: 0xC000, context: socket, ageMicroseconds: 5, cpu: 1),
      WatchedObject(
        address: 0xE000, context: try #require(sites.firstIndex(of: "d_alloc")), ageMicroseconds: 5, cpu: 1),
    ]
    let watch = WatchedKernel(traffic, Kernel.TrafficOptions(), start: WatchedKernelTests.kernel())
    var snapshot = WatchedKernelTests.kernel()
    let request = SampleRequest(page: .slabs, selectedCache: "kmalloc-256")
    watch.update(&snapshot, request)
    let slabs = try #require(snapshot.caches[1].slabMap)
    #expect(slabs.map(\.pageFrameNumber) == [1, 2])
    #expect(slabs.map(\.objectsInUse) == [3, 1] && slabs.allSatisfy { $0.objects == 32 && $0.order == 1 })
    #expect(slabs.map(\.owner) == ["kmalloc_reserve", "sk_alloc"])
    #expect(slabs.map(\.oldestMicroseconds) == [3_000_000, 5])
    #expect(snapshot.caches[0].slabMap == nil)
    let pins = watch.details(request, in: snapshot).pinnedSlabs
    #expect(pins.map(\.name) == ["#2", "#1"] && pins.allSatisfy(\.isNumbered))
    #expect(pins[1].pins.map(\.site) == ["sk_alloc", "kmalloc_reserve", "kmalloc_reserve"])
    #expect(pins[1].pins.map(\.requestedBytes) == [256, 200, 200])
  }

  @Test func sizesAreThoseOfLiveObjectsInTheClassesOfTheKernel() throws {
    setTraffic()
    let watch = WatchedKernel(traffic, Kernel.TrafficOptions(), start: WatchedKernelTests.kernel())
    var snapshot = WatchedKernelTests.kernel()
    let request = SampleRequest(page: .sizes, needsProfile: true)
    watch.update(&snapshot, request)
    let details = watch.details(request, in: snapshot)
    let sizes = try #require(details.sizes)
    #expect(sizes.classes == [256])
    #expect(sizes.sizes == [.init(bytes: 200, objects: 12), .init(bytes: 256, objects: 3)])
    #expect(details.profile == traffic.profile)
    #expect(watch.details(SampleRequest(), in: snapshot).profile == nil)
  }

  @Test func aFailedUpdateKeepsTheFiguresAndSaysWhy() {
    setTraffic()
    let watch = WatchedKernel(traffic, Kernel.TrafficOptions(), start: WatchedKernelTests.kernel())
    traffic.error = .tracing("the buffer was removed")
    var snapshot = WatchedKernelTests.kernel()
    watch.update(&snapshot, SampleRequest())
    #expect(watch.failure == "tracing allocations is not possible: the buffer was removed")
    #expect(snapshot.caches[0].allocations == 1000)
  }

  @Test func aSampleOfObjectsMakesRanges() {
    setTraffic()
    traffic.status.sampling = 16
    let watch = WatchedKernel(traffic, Kernel.TrafficOptions(), start: WatchedKernelTests.kernel())
    var snapshot = WatchedKernelTests.kernel(dentries: 150)
    watch.update(&snapshot, SampleRequest())
    #expect(
      snapshot.caches[0].traffic?.reconciliation?.profiledLive == Reconciliation.objects(estimated: 60, sampling: 16))
    #expect(watch.status.sampling == 16)
  }

  @Test func tracefsHasNoSlabMap() {
    traffic.status = TrafficStatus(method: .tracefs)
    traffic.status.methodReason = "BPF is refused"
    let watch = WatchedKernel(traffic, Kernel.TrafficOptions(), start: Snapshot())
    #expect(!watch.figures.contains(.slabMap) && watch.figures.contains(.callSites))
    #expect(watch.status.method == "tracefs" && watch.status.methodReason == "BPF is refused")
  }
}
