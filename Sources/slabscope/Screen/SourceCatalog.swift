import Kernel
import Recordings
import Workloads

/// The sources that the dashboard can open: the synthetic workloads, the recording that was named on the command line, and the bundled
/// recordings; or only the kernel, the snapshot or the history that was named.
struct SourceCatalog {
  /// A source by its name.
  struct Entry {
    let name: String
    let summary: String
    let input: Input
    /// Bytes of machine memory in place of those of the options; nil for those of the options.
    var memoryBytes: Int?
  }

  /// The input that a source reads.
  enum Input {
    /// Events to replay, opened when they are needed.
    case events(() throws -> any AllocationEventSource)
    /// The running kernel, the seconds between two samples, and the options of watching its traffic; nil if it is not to be watched.
    case kernel(HostReader, interval: Double, traffic: Kernel.TrafficOptions?)
    case snapshot(SavedSnapshotFile)
    case history(InputHistory)
  }

  private(set) var entries: [Entry] = []
  /// Index of the machine of the tour; nil before the tour.
  private var tourIndex: Int?

  /// Index of the entry that is opened first.
  private(set) var first = 0

  /// The workloads and recordings that can be replayed.
  /// - Parameters:
  ///   - recording: the recording that was named on the command line, if any; it is opened first.
  ///   - named: the workload that was named on the command line, with its parameters, if any; it is opened first.
  ///   - seed: seed of the other workloads.
  init(recording: Recording?, workload named: WorkloadSettings?, seed: UInt64) {
    entries = WorkloadCatalog.workloads.map { entry in
      var settings = WorkloadSettings(entry)
      settings.parameters.seed = seed
      if let named, named.workload.name == entry.name { settings = named }
      let chosen = settings
      return Entry(name: entry.name, summary: entry.summary, input: .events { chosen.make() })
    }
    first = entries.firstIndex { $0.name == named?.workload.name } ?? 0
    if let recording {
      first = entries.count
      entries.append(Entry(name: recording.name, summary: recording.summary, input: .events { recording }))
    }
    entries += BundledRecordings.entries.map { entry in
      Entry(name: entry.name, summary: entry.summary, input: .events { try BundledRecordings.open(entry.name) })
    }
  }

  /// Only the running kernel.
  init(kernel: HostReader, interval: Double, traffic: Kernel.TrafficOptions?) {
    let summary =
      kernel.occupancyProblem == nil
      ? "the running kernel, slabs by occupancy" : "the running kernel, from /proc/slabinfo"
    entries = [
      Entry(name: kernel.title, summary: summary, input: .kernel(kernel, interval: interval, traffic: traffic))
    ]
  }

  /// Adds the machine of a step of the tour, in place of that of the step before.
  /// - Returns: the index of the entry.
  mutating func setTourEntry(_ entry: Entry) -> Int {
    let index = tourIndex ?? entries.count
    if index == entries.count { entries.append(entry) } else { entries[index] = entry }
    tourIndex = index
    return index
  }

  /// Only a saved snapshot.
  init(snapshot: SavedSnapshotFile) {
    entries = [Entry(name: snapshot.name, summary: "a saved snapshot", input: .snapshot(snapshot))]
  }

  /// Only a recorded history.
  init(history: InputHistory) {
    entries = [Entry(name: history.path, summary: "a recorded history", input: .history(history))]
  }
}
