import ArgumentParser
import Exporter
import Glibc
import Kernel
import Profiles
import Telemetry
import Testing

@testable import slabscope

/// Sources of the dashboard as sources of an exporter.
@Suite struct ServedSourceTests {
  @Test("Slabs that cannot be read are a problem that is named, not an error; other sources need them")
  func unreadableSlabs() throws {
    let reader = HostReader(proc: "/nonexistent", sysfs: "/nonexistent")
    #expect(throws: Failure.self) { try KernelSource(reader) }
    let source = ServedSource(
      try KernelSource(reader, requiresSlabs: false), title: "kernel", watchesTraffic: false)
    let figures = source.figures()
    #expect(figures.snapshot.caches.isEmpty && !figures.snapshot.knows(.ledger))
    #expect(figures.problems[.slabs]?.contains("/nonexistent/slabinfo") == true && figures.problems[.traffic] == nil)
    #expect(source.profile() == nil && figures.watch == nil)
  }

  @Test(
    "A replay on the engine and on the model of SLUB has a state, and a profile once events were counted",
    arguments: ["hemment", "linux"])
  func replay(policy: String) throws {
    let command = try #require(
      Slabscope.parseAsRoot(["serve", "--source", "burst", "--policy", policy]) as? ServeCommand)
    let source = try command.openSource()
    #expect(source.title == "burst under \(policy)")
    var sites = 0
    for _ in 0..<500 where sites == 0 {
      let figures = source.figures()
      #expect(figures.snapshot.policy == policy && figures.problems.isEmpty)
      sites = source.profile()?.contexts.count ?? 0
      usleep(20_000)
    }
    #expect(sites > 0 && !source.figures().snapshot.caches.isEmpty)
    source.end()
  }
}
