import Advisor
import Fleet
import Profiles
import Testing
import Workloads

/// Advice for a fleet from the sums of a server.
@Suite struct FleetAdviceTests {
  /// Live objects of each host by size.
  private typealias Hosts = [[Int: Int]]

  /// Hosts with random numbers of objects of random sizes.
  private static func hosts(seed: UInt64, count: Int) -> Hosts {
    var random = SplitMix(state: seed)
    let sizes = (0..<30).map { _ in Int(random.next() % 4000) + 8 }
    return (0..<count).map { _ in
      let live = (0..<12).map { _ in
        (sizes[Int(random.next() % 30)], Int(random.next() % 3000) + 1)
      }
      return Dictionary(live) { $0 + $1 }
    }
  }

  /// The profile of a host whose live objects are the same all the time.
  private static func profile(_ live: [Int: Int], name: String) -> AllocationProfile {
    let microseconds = 60_000_000
    let source = ProfileSource(name: name, events: 1000, microseconds: microseconds)
    return AllocationProfile(
      source: source,
      figures: live.map { bytes, objects in
        var figures = AllocationFigures()
        (figures.allocObjects, figures.liveObjects) = (objects, objects)
        (figures.liveBytes, figures.liveRequestedBytes) = (objects * bytes, objects * bytes)
        figures.liveObjectMicroseconds = objects * microseconds
        let context = AllocationContext(
          site: "site", cache: "kmalloc", isGeneral: true, requestedBytes: bytes, allocatedBytes: bytes)
        return (context, figures)
      })
  }

  /// A server that adds up the series of hosts, as Prometheus does.
  private static func server(_ hosts: Hosts) -> FakePrometheus {
    FakePrometheus { query in
      if query == "vector(time())" { return [PrometheusSeries([:], 1_000_000)] }
      guard query.contains("by (instance, job, bytes)") else {
        let sums = hosts.reduce(into: [Int: Int]()) { $0.merge($1) { $0 + $1 } }
        return sums.map { PrometheusSeries(["bytes": "\($0.key)"], Double($0.value)) }
      }
      return hosts.enumerated().flatMap { number, live in
        live.map {
          PrometheusSeries(["bytes": "\($0.key)", "instance": "host\(number)", "job": "slabscope"], Double($0.value))
        }
      }
    }
  }

  @Test(arguments: [UInt64(1), 2, 3, 4, 5])
  func classesAreThoseOfTheMergedProfiles(seed: UInt64) throws {
    let hosts = FleetAdviceTests.hosts(seed: seed, count: 20)
    let profiles = hosts.enumerated().map { FleetAdviceTests.profile($1, name: "host\($0)") }
    let merged = profiles.dropFirst().reduce(profiles[0]) { $0.merged(with: $1) }
    let expected = try Advice(on: merged, AdviceOptions())
    let demand = try FleetDemand(
      from: FleetAdviceTests.server(hosts).client(), SeriesSelector(), range: 3600, includesHosts: true)
    let advice = try FleetAdvice(demand, AdviceOptions())
    #expect(advice.classes.map(\.size) == expected.classes.map(\.size))
    #expect(advice.classes.map(\.order) == expected.classes.map(\.order))
    #expect(advice.policy.generalCacheSizes == expected.policy.generalCacheSizes)
    #expect(advice.demand.liveAtPeak == expected.demand.liveAtPeak && advice.demand.sizes == expected.demand.sizes)
    #expect(abs(advice.roundingShare - expected.roundingShare) < 1e-6)
    // The weights of both have a millionth for each request.
    #expect(abs(Double(advice.sumBytes - expected.model.advised)) < 1e-4 * Double(expected.model.advised))
    #expect(abs(Double(advice.sumBaseBytes - expected.model.base)) < 1e-4 * Double(expected.model.base))
  }

  @Test func noHostIsBetterOffThanWithItsOwnBest() throws {
    let hosts = FleetAdviceTests.hosts(seed: 7, count: 30)
    let demand = try FleetDemand(
      from: FleetAdviceTests.server(hosts).client(), SeriesSelector(), range: 3600, includesHosts: true)
    let advice = try FleetAdvice(demand, AdviceOptions())
    #expect(advice.hosts.count == 30 && advice.hostCount == 30)
    #expect(advice.hosts.allSatisfy { $0.extraBytes >= 0 })
    #expect(advice.hosts.contains { $0.extraBytes > 0 })
    #expect(zip(advice.hosts, advice.hosts.dropFirst()).allSatisfy { $0.extraShare >= $1.extraShare })
    #expect(advice.fleetBytes == advice.hosts.reduce(0) { $0 + $1.fleetBytes })
    #expect(try #require(advice.ownBytes) <= advice.fleetBytes)
    #expect(advice.text(range: 3600, hostLimit: 3).contains("the 3 of 30 hosts with the largest cost"))
    #expect(!advice.text(range: 3600, hostLimit: 0).contains("HOST"))
  }

  /// A host whose sizes no other host has pays the most for the classes of the others.
  @Test func unlikeHostIsFirst() throws {
    let hosts: Hosts = Array(repeating: [100: 5000, 500: 3000], count: 10) + [[310: 400]]
    let demand = try FleetDemand(
      from: FleetAdviceTests.server(hosts).client(), SeriesSelector(), range: 60, includesHosts: true)
    let advice = try FleetAdvice(demand, AdviceOptions())
    let first = try #require(advice.hosts.first)
    #expect(first.host == HostName(instance: "host10", job: "slabscope") && first.extraShare > 0.3)
    #expect(advice.verdict.hasPrefix("change the sizes: "))
  }

  @Test func serverAddsUpOverTheRangeAndTheSelection() throws {
    let fake = FleetAdviceTests.server([[64: 500]])
    let selector = try SeriesSelector("job=\"a\"")
    _ = try FleetDemand(from: fake.client(), selector, range: 90_000, includesHosts: true)
    let series = "slabscope_general_cache_live_objects{job=\"a\"}[90000s]"
    #expect(
      fake.queries == [
        "vector(time())", "sum by (bytes) (max_over_time(\(series)))", "sum by (bytes) (avg_over_time(\(series)))",
        "sum by (instance, job, bytes) (max_over_time(\(series)))",
        "sum by (instance, job, bytes) (avg_over_time(\(series)))",
      ])
  }

  @Test func missingSeriesAreExplained() throws {
    let client = try FakePrometheus { query in
      query == "vector(time())" ? [PrometheusSeries([:], 1000)] : []
    }.client()
    let error = #expect(throws: PrometheusError.self) {
      try FleetDemand(from: client, SeriesSelector("job=\"x\""), range: 86_400, includesHosts: false)
    }
    let text = try #require(error).description
    #expect(
      text.contains("no series slabscope_general_cache_live_objects{job=\"x\"}: none in the last 24 h; check --match"))
  }

  @Test func hostWithoutObjectsHasNoCost() throws {
    let hosts: Hosts = [[100: 5000], [100: 0]]
    let demand = try FleetDemand(
      from: FleetAdviceTests.server(hosts).client(), SeriesSelector(), range: 60, includesHosts: true)
    #expect(try FleetAdvice(demand, AdviceOptions()).hosts.map(\.host.instance) == ["host0"])
  }
}

/// Generator of random numbers (S. Vigna, splitmix64), so that the tests are the same everywhere.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var bits = state
    bits = (bits ^ bits >> 30) &* 0xBF58_476D_1CE4_E5B9
    bits = (bits ^ bits >> 27) &* 0x94D0_49BB_1331_11EB
    return bits ^ bits >> 31
  }
}
