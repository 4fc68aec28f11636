import Advisor
import ArgumentParser
import Recordings
import SlabEngine
import Workloads

/// Options of a replay: the workload, the machine and the policy. The dashboard and `run` share them.
struct PlaybackOptions: ParsableArguments {
  // The former way to name a workload, for scripts that use it.
  @Option(help: ArgumentHelp("Workload to replay: the same as INPUT.", valueName: "name", visibility: .hidden))
  var workload: String?

  @OptionGroup var traffic: TrafficOptions

  @Option(help: "Machine memory, e.g. 8M, 64M, 2G (default: 64M; workload edge: 16M).")
  var memory: ByteSize?

  @Option(
    help:
      """
      Allocator policy: \(Policy.presets.map(\.name).joined(separator: ", ")), or a TOML file \
      (default: \(Policy.standard.name)).
      """, completion: .policy)
  var policy: String?

  @Flag(help: "Start the replay of a recording with empty caches instead of the kernel's slabs at its first event.")
  var cold = false

  @Option(help: VerificationArgument.help(default: "all"))
  var verify: VerificationArgument?

  /// Returns the kernel's caches before the first event of a source; nil for empty caches, with which a synthetic workload always starts.
  func start(of source: any AllocationEventSource) throws -> ReplayStart? { try cold ? nil : ReplayStart(source) }

  /// Returns the slab memory of the recorded kernel over time; nil if it is not known.
  /// - Parameter player: the player to compare with, before its first event.
  func kernelCurve(
    of source: any AllocationEventSource, _ player: borrowing PolicyPlayer
  ) throws -> KernelSlabCurve? {
    let replayBytes = cold ? player.sample().caches.reduce(0) { $0 + $1.slabBytes } : nil
    return try KernelSlabCurve(source, joiningKmallocKinds: player.slabEngine != nil, replayBytes: replayBytes)
  }

  /// The objects whose contents are verified.
  var verification: ContentVerification { verify?.verification ?? .all }

  func chosenPolicy() throws -> Policy {
    try policy.map { try PolicyArgument.policy($0) } ?? .standard
  }

  /// Creates a player of a source: on the engine, or on the model of SLUB if the policy is one of Linux.
  /// - Parameters:
  ///   - policy: nil for the policy of the options.
  ///   - verification: the objects whose contents are verified; nil for those of the options.
  ///   - start: the kernel's caches before the first event; nil for empty caches.
  /// - Throws: a `Failure` that names the wrong option.
  func makePolicyPlayer(
    _ source: any AllocationEventSource, _ policy: Policy? = nil, verification: ContentVerification? = nil,
    start: ReplayStart? = nil
  ) throws -> PolicyPlayer {
    let policy = try policy ?? chosenPolicy()
    // By default the machine has room for the recorded kernel's slabs, and 64 MiB more.
    let bytes = memory?.bytes ?? source.memoryBytes ?? (64 << 20 + (start?.slabBytes ?? 0))
    do {
      // The player of a recording reserves memory before the engine checks its size.
      let range = EngineConfiguration.memoryRange
      guard range.contains(bytes) else {
        throw EngineError.memorySize(bytes: bytes, minimum: range.lowerBound, maximum: range.upperBound)
      }
      return try PolicyPlayer(
        source, policy: policy, memoryBytes: bytes, seed: traffic.seed ?? 1,
        verification: verification ?? self.verification, start: start?.state,
        observations: start?.observations ?? [])
    } catch let error as Failure {
      throw error
    } catch EngineError.cpuCount(let count, let maximum) {
      throw Failure.failed(
        "\(source.name): expected at most \(maximum) CPUs, found \(count); remove some: slabscope cut --cpu 0-\(maximum - 1)"
      )
    } catch {
      throw Failure.usage("--memory: \(error)")
    }
  }
}
