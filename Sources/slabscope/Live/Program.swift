import Kernel
import Recordings
import Telemetry
import Workloads

/// What the dashboard can show: the synthetic workloads, by digit, then the recording that was named and the bundled ones,
/// by the picker; or a host, and nothing else.
struct Program {
  struct Item {
    let name: String
    let summary: String
    /// What is played, or read.
    let content: Content
  }

  enum Content {
    case played(() throws -> any AllocationEventSource)
    /// Looked at each so many seconds.
    case host(HostReader, interval: Double)
    case history(HistoryFile, path: String)
  }

  private(set) var items: [Item] = []

  /// Which of them plays first.
  private(set) var start = 0

  /// - Parameters:
  ///   - recording: one that was named on the command line; it is what plays first.
  ///   - workload: one that was named, with its parameters; the same.
  ///   - seed: the other workloads' seed.
  init(recording: Recording?, workload: WorkloadSettings?, seed: UInt64) {
    items = WorkloadCatalog.workloads.map { entry in
      var settings = WorkloadSettings(entry)
      settings.parameters.seed = seed
      if let workload, workload.workload.name == entry.name { settings = workload }
      let chosen = settings
      return Item(name: entry.name, summary: entry.summary, content: .played { chosen.make() })
    }
    start = index(of: workload?.workload.name ?? "mix") ?? 0
    if let recording {
      start = items.count
      items.append(Item(name: recording.name, summary: recording.summary, content: .played { recording }))
    }
    items += SampleRecordings.entries.map { entry in
      Item(name: entry.name, summary: entry.summary, content: .played { try SampleRecordings.open(entry.name) })
    }
  }

  /// Nothing but a host.
  init(host: HostReader, interval: Double) {
    let summary =
      !host.isLive
      ? "a saved file"
      : host.occupancyProblem == nil
        ? "the running kernel, its slabs by occupancy" : "the running kernel, by /proc/slabinfo"
    items = [Item(name: host.title, summary: summary, content: .host(host, interval: interval))]
  }

  /// Nothing but what was recorded once.
  init(history: HistoryFile, path: String) {
    items = [Item(name: path, summary: "a recorded history", content: .history(history, path: path))]
  }

  /// Whether there is nothing to play: a host is watched, or a history.
  var isHost: Bool {
    switch items.first?.content {
    case .host, .history: true
    case .played, nil: false
    }
  }

  /// Where an item of this name stands.
  func index(of name: String) -> Int? { items.firstIndex { $0.name == name } }
}
