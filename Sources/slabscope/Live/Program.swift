import Recordings
import Telemetry
import Workloads

/// What the dashboard can show, by digit: the recording that was named, the bundled ones, the synthetic workloads; or a
/// host, and nothing else.
struct Program {
  struct Item {
    let name: String
    let summary: String
    /// What is played, or read.
    let content: Content
  }

  enum Content {
    case played(() throws -> any AllocationEventSource)
    case host(HostReader)
  }

  private(set) var items: [Item] = []

  /// - Parameter recording: a recording named on the command line; it comes first.
  init(recording: Recording?, playback: PlaybackOptions) {
    if let recording {
      items.append(Item(name: recording.name, summary: recording.summary, content: .played { recording }))
    }
    items += SampleRecordings.entries.map { entry in
      Item(name: entry.name, summary: entry.summary, content: .played { try SampleRecordings.open(entry.name) })
    }
    items += WorkloadCatalog.entries.map { entry in
      Item(name: entry.name, summary: entry.summary, content: .played { try playback.makeWorkload(entry.name) })
    }
  }

  /// Nothing but a host.
  init(host: HostReader) {
    let summary = host.isLive ? "this host's kernel, as /proc/slabinfo tells" : "as it was saved"
    items = [Item(name: host.title, summary: summary, content: .host(host))]
  }

  /// Whether it is a host that is watched.
  var isHost: Bool {
    if case .host = items.first?.content { return true }
    return false
  }

  /// Where an item of this name stands.
  func index(of name: String) -> Int? { items.firstIndex { $0.name == name } }
}
