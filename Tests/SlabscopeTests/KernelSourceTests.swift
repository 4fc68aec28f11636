import Dashboard
import Foundation
import Kernel
import Profiles
import Telemetry
import Testing

@testable import slabscope

/// The running kernel as a source of the dashboard. The tests are skipped, with the reason, if its slabs cannot be read.
@Suite(.serialized, .enabled(if: ReadableKernel.problem == nil, "\(ReadableKernel.problem ?? "")"))
struct KernelSourceTests {
  @Test func aWatchThatIsRefusedLeavesTheStateAndSaysWhy() throws {
    let source = try KernelSource(HostReader(), traffic: Kernel.TrafficOptions()) { _ throws(TrafficError) in
      throw .notPermitted
    }
    let description = source.description
    #expect(!description.capabilities.contains(.callSites) && source.capabilities.watch == nil)
    #expect(description.trafficProblem == TrafficError.notPermitted.description)
    #expect(source.sample(SampleRequest()).snapshot.caches.allSatisfy { $0.traffic == nil && $0.allocations == nil })
  }

  @Test func withoutAWatchTheOptionIsTheReason() throws {
    let source = try KernelSource(HostReader())
    #expect(source.trafficProblem?.contains("--no-traffic") == true)
  }

  /// Pipes are opened and kept: their buffers must be live objects of the profile, and the kernel's own number must agree.
  @Test(.enabled(if: ReadableKernel.watchProblem == nil, "\(ReadableKernel.watchProblem ?? "")"))
  func trafficOfTheRunningKernelFillsThePages() throws {
    var options = Kernel.TrafficOptions()
    options.sampling = 1
    let source = try KernelSource(HostReader(), traffic: options) { options throws(TrafficError) in
      try TrafficWatcher(options)
    }
    var pipes: [Pipe] = []
    for _ in 0..<300 { pipes.append(Pipe()) }
    // Each pipe has one array of buffers, of the same general cache.
    _ = source.sample(SampleRequest(page: .sites, needsProfile: true))
    let profile = try #require(source.sample(SampleRequest(page: .sites, needsProfile: true)).details.profile)
    let buffers = zip(profile.contexts, profile.figures).filter { $0.0.site.hasPrefix("alloc_pipe_info") }
    #expect(buffers.contains { $0.1.liveObjects >= 300 }, "\(profile.contexts.count) contexts")
    let cache = try #require(buffers.first { $0.1.liveObjects >= 300 && $0.0.isGeneral }?.0.cache)
    let sample = source.sample(SampleRequest(page: .slabs, selectedCache: cache))
    let figures = try #require(sample.snapshot.caches.first { $0.name == cache })
    let reconciliation = try #require(figures.traffic?.reconciliation)
    #expect(reconciliation.profiledLive.lowerBound >= 300)
    let slabs = try #require(figures.slabMap)
    #expect(slabs.reduce(0) { $0 + $1.objectsInUse } >= 300)
    #expect(slabs.allSatisfy { $0.objectsInUse <= figures.objectsPerPreferredSlab })
    #expect(!sample.details.pinnedSlabs.isEmpty)
    #expect(pipes.count == 300)
  }
}

/// Whether the running kernel can be read and watched.
private enum ReadableKernel {
  /// Reason why slabs cannot be read; nil if they can.
  static let problem: String? = {
    do {
      _ = try HostReader().snapshot()
      return nil
    } catch {
      return "\(error)"
    }
  }()

  /// Reason why BPF cannot watch the traffic; nil if it can.
  static let watchProblem: String? = {
    do {
      _ = try TrafficWatcher(Kernel.TrafficOptions())
      return nil
    } catch {
      return "\(error)"
    }
  }()
}
