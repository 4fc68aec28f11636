import Dashboard
import Telemetry
import TerminalUI

/// A snapshot as text in one of the formats of `slabscope snapshot`.
struct SnapshotText {
  let format: SnapshotCommand.Format
  let selection: SnapshotSelection
  /// Filter of the caches; nil for all caches.
  let filter: CacheFilter?
  /// Size and theme of the format svg.
  let size: Size
  let theme: Theme

  /// Returns the text, which ends with a line end.
  /// - Throws: a `Failure` if the format cannot contain the snapshot.
  func text(of input: SnapshotInput) throws -> String {
    var selection = selection
    if let filter { selection.filter = { filter.includes($0) } }
    let snapshot = input.snapshot
    do {
      switch format {
      case .text: return try snapshot.formatted(.text, selection)
      case .json: return try json(of: snapshot.selected(by: selection), input.identity)
      case .jsonl: return SnapshotText.oneLine(try json(of: snapshot.selected(by: selection), input.identity))
      case .csv: return try snapshot.formatted(.csv, selection)
      case .openmetrics: return try snapshot.formatted(.openmetrics, selection)
      case .prometheus: return try snapshot.formatted(.prometheus, selection)
      case .slabinfo: return try snapshot.formatted(.slabinfo, selection)
      case .svg: return picture(of: input)
      }
    } catch let error as SnapshotFormatError {
      throw Failure.failed("\(error)")
    }
  }

  /// Returns the snapshot as a JSON object that names its input.
  private func json(of snapshot: Snapshot, _ source: InputIdentity) throws -> String {
    try JSONText.text(of: JSONDocument(result: snapshot, source: source)) + "\n"
  }

  /// Returns indented JSON as one line. Its strings contain no line ends.
  static func oneLine(_ json: String) -> String {
    json.split(separator: "\n").map { $0.drop { $0 == " " } }.joined() + "\n"
  }

  /// Draws the first page of the dashboard.
  private func picture(of input: SnapshotInput) -> String {
    var snapshot = input.snapshot
    if let filter { snapshot.caches.removeAll { !filter.includes($0) } }
    var status = PlaybackStatus(
      workloads: [PlaybackStatus.Entry(name: snapshot.workload, summary: input.title)], current: 0,
      policy: snapshot.policy)
    status.source = SourceDescription(title: input.title, capabilities: snapshot.knownFigures)
    var state = DashboardState(status: status, size: size)
    state.columns = state.standardColumns
    _ = state.update(.refreshed(snapshot, status, seconds: 0))
    return DashboardView.draw(state, theme: theme, glyphs: .unicode).svg()
  }
}
