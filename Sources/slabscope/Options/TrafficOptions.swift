import ArgumentParser
import Recordings
import Settings
import Workloads

/// Parameters of a synthetic workload, and the workload as people name it: one of the catalogue, or a file.
struct TrafficOptions: ParsableArguments {
  @Option(help: "How often a second: packets, connections, ... (see slabscope workloads NAME).")
  var rate: Double?

  @Option(help: "Sockets, connections or flows at a time.")
  var flows: Int?

  @Option(
    help: ArgumentHelp(
      "Sizes of packets, IP header included, and their shares, e.g. 40:7,576:4,1500:1.", valueName: "mix"))
  var sizes: String?

  @Option(help: "CPUs that the traffic is spread over.")
  var cpus: Int?

  @Option(help: "The most bytes of a packet on the wire: 576, 1500, 9000.")
  var mtu: Int?

  @Option(help: ArgumentHelp("Microseconds that readers take.", valueName: "us"))
  var delay: Int?

  @Option(help: "The same seed gives the same events (default: 1).")
  var seed: UInt64?

  private var changes: TrafficParameterChanges {
    var changes = TrafficParameterChanges()
    (changes.rate, changes.flows, changes.sizes) = (rate, flows, sizes)
    (changes.cpus, changes.mtu, changes.delay, changes.seed) = (cpus, mtu, delay, seed)
    return changes
  }

  /// Whether parameters are set that a recording has no use for.
  var isSet: Bool { !changes.isEmpty }

  /// Whether a text names a workload, of the catalogue or in a file.
  static func isWorkload(_ name: String) -> Bool { name.hasSuffix(".toml") || WorkloadCatalog.names.contains(name) }

  /// The workload of a name or file, with what is set here set.
  func settings(_ name: String) throws -> WorkloadSettings {
    do {
      var settings =
        name.hasSuffix(".toml") || name.contains("/")
        ? try WorkloadSettings(toml: String(decoding: try InputFile(name).readAll(), as: UTF8.self), file: name)
        : WorkloadSettings(try WorkloadCatalog.workload(name))
      try settings.set(changes)
      return settings
    } catch let error as UnknownName {
      throw Failure.usage("\(error), or name a file: ./mine.toml")
    } catch let error as TrafficParameterError {
      throw Failure.usage("--\(error)")
    } catch let error as SettingsError {
      throw Failure.usage("\(error)")
    }
  }
}
