import Dashboard
import FoundationEssentials
import Telemetry
import TerminalUI

/// Export of the snapshot or the screen to a file.
extension DashboardLoop {
  /// Writes the snapshot or the screen to a new file, and shows the path, or the error. If a file has the name, a number is added to it.
  mutating func export(_ format: ExportFormat, to name: String) {
    guard let snapshot = state.snapshot else { return }
    do {
      let name = OutputFile.fresh(name)
      try OutputFile.write(try text(of: snapshot, as: format), to: name, overwrites: false)
      let path = name.hasPrefix("/") ? name : FileManager.default.currentDirectoryPath + "/" + name
      _ = state.update(.exported("wrote \(path)", isFailure: false))
    } catch {
      _ = state.update(.exported("\(error)", isFailure: true))
    }
  }

  /// Starts a recording in the working directory, or ends the one in progress, and shows a message.
  mutating func toggleRecording(_ recording: any RecordingControl) {
    do {
      let message = try recording.toggleRecording(name: "slabscope-" + LocalTime().stamp)
      show(message)
      shownProgress = message
    } catch {
      _ = state.update(.exported("\(error)", isFailure: true))
    }
  }

  private func text(of snapshot: Snapshot, as format: ExportFormat) throws -> String {
    switch format {
    case .slabinfo: return SlabinfoEncoder.encode(snapshot)
    case .json: return try snapshot.json()
    case .csv: return snapshot.csv
    case .prom: return snapshot.prometheus
    case .svg, .ansi, .txt:
      let drawn = DashboardView.draw(state, theme: screen.themes[theme], glyphs: screen.glyphs)
      return format == .svg ? drawn.svg() : format == .ansi ? drawn.ansi() : drawn.text() + "\n"
    }
  }
}
