import Advisor
import ArgumentParser
import Recordings
import SlabEngine
import Workloads

/// What is played, on what machine: options that the dashboard and `run` share.
struct PlaybackOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "A synthetic workload: \(WorkloadCatalog.names.joined(separator: ", ")), or a TOML file.", valueName: "name"))
  var workload: String?

  @OptionGroup var traffic: TrafficOptions

  @Option(help: "Machine memory, e.g. 8M, 64M, 2G (default: 64M).")
  var memory: ByteSize?

  @Option(
    help:
      "How the engine is set up: \(Policy.presets.map(\.name).joined(separator: ", ")) (default: the first), or a TOML file."
  )
  var policy: String?

  @Flag(help: "Begin a recording on an empty machine, not with what the kernel's caches held before its first event.")
  var cold = false

  /// Where a replay of a source begins: nil for an empty machine, which a workload always begins on.
  func start(of source: any AllocationEventSource) throws -> ReplayStart? { try cold ? nil : ReplayStart(source) }

  /// The slab memory of the kernel that a recording was made on, to compare with a player's that did not play an event yet; nil
  /// if it is not known.
  func kernelCurve(
    of source: any AllocationEventSource, _ player: borrowing PolicyPlayer
  ) throws -> KernelSlabCurve? {
    let replayBytes = cold ? player.sample().caches.reduce(0) { $0 + $1.slabBytes } : nil
    return try KernelSlabCurve(source, joiningKmallocKinds: player.slabEngine != nil, replayBytes: replayBytes)
  }

  func chosenPolicy() throws -> Policy {
    try policy.map { try PolicyArgument.policy($0) } ?? .powerOfTwo
  }

  /// The workload that was named, with its parameters; nil where none was.
  func chosenWorkload() throws -> WorkloadSettings? {
    guard let workload else {
      guard !traffic.isSet else { throw Failure.usage("--rate, --flows and so on set parameters of a --workload") }
      return nil
    }
    return try traffic.settings(workload)
  }

  /// A player of a source on the machine asked for: on the engine, or on the model of SLUB if the policy is Linux's.
  /// - Parameter start: what the caches held before the first event; nil for an empty machine.
  func makePolicyPlayer(
    _ source: any AllocationEventSource, _ policy: Policy? = nil, isShadow: Bool = false, start: ReplayStart? = nil
  ) throws -> PolicyPlayer {
    let policy = try policy ?? chosenPolicy()
    // What the kernel held before is there in addition to what is played.
    let bytes = memory?.bytes ?? (64 << 20 + (start?.slabBytes ?? 0))
    do {
      return try PolicyPlayer(
        source, policy: policy, memoryBytes: bytes, seed: traffic.seed ?? 1, isShadow: isShadow, start: start?.state,
        observations: start?.observations ?? [])
    } catch let error as Failure {
      throw error
    } catch EngineError.cpuCount(let count, let maximum) {
      throw Failure.failed(
        "\(source.name): \(count) CPUs; at most \(maximum) can be replayed; leave some out: slabscope cut --cpu 0-\(maximum - 1)"
      )
    } catch {
      throw Failure.usage("--memory: \(error)")
    }
  }
}
