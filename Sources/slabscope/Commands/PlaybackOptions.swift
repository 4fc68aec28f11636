import ArgumentParser
import Recordings
import SlabEngine
import Workloads

/// What is played, on what machine: options that the dashboard and `run` share.
struct PlaybackOptions: ParsableArguments {
  @Option(help: ArgumentHelp("A synthetic workload: imix or burst.", valueName: "name"))
  var workload: String?

  @Option(help: "Seed of the synthetic workloads; the same seed gives the same events.")
  var seed: UInt64 = 1

  @Option(help: "Machine memory, e.g. 8M, 64M, 2G.")
  var memory = ByteSize(bytes: 64 << 20)

  @Option(help: "How the engine is set up: \(Policy.presets.map(\.name).joined(separator: ", ")), or a TOML file.")
  var policy = Policy.powerOfTwo.name

  func chosenPolicy() throws -> Policy {
    try PolicyArgument.policy(policy)
  }

  func makeWorkload(_ name: String) throws -> any AllocationEventSource {
    do {
      return try WorkloadCatalog.make(name, seed: seed)
    } catch {
      throw Failure.usage("\(error)")
    }
  }

  /// A player of a source on the machine asked for.
  func makePlayer(_ source: any AllocationEventSource, _ policy: Policy? = nil) throws -> Player {
    do {
      return try Player(source, policy: policy ?? chosenPolicy(), memoryBytes: memory.bytes, seed: seed)
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
