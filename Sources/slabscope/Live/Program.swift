import Recordings
import Workloads

/// What the dashboard can play, by digit: the recording that was named, the bundled ones, the synthetic workloads.
struct Program {
  struct Item {
    let name: String
    let summary: String
    let open: () throws -> any AllocationEventSource
  }

  private(set) var items: [Item] = []

  /// - Parameter recording: a recording named on the command line; it comes first.
  init(recording: Recording?, playback: PlaybackOptions) {
    if let recording { items.append(Item(name: recording.name, summary: recording.summary) { recording }) }
    items += SampleRecordings.entries.map { entry in
      Item(name: entry.name, summary: entry.summary) { try SampleRecordings.open(entry.name) }
    }
    items += WorkloadCatalog.entries.map { entry in
      Item(name: entry.name, summary: entry.summary) { try playback.makeWorkload(entry.name) }
    }
  }

  /// Where an item of this name stands.
  func index(of name: String) -> Int? { items.firstIndex { $0.name == name } }
}
