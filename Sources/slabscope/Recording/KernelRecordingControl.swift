import Dashboard
import FoundationEssentials
import TextOutput

/// A source whose events can be recorded to a file.
protocol RecordingControl: AnyObject {
  /// Name and progress of the recording in progress; nil if there is none.
  var progress: String? { get }
  /// Starts a recording in the working directory, or ends the one in progress.
  /// - Parameter name: Name of the file without its extension. A number is added to it if a file has the name.
  /// - Returns: Message for the user.
  /// - Throws: A `Failure` if the file cannot be created.
  func toggleRecording(name: String) throws -> String
  /// Returns the result of the recording that has ended since the last call; nil if none has.
  func takeResult() -> (text: String, isFailure: Bool)?
  /// Ends the recording in progress, and returns when its file is complete.
  /// - Returns: Result of the recording; nil if there was none.
  func endRecording() -> (text: String, isFailure: Bool)?
}

/// Recordings of the running kernel that the dashboard starts, one at a time.
final class KernelRecordingControl: RecordingControl {
  private var recording: KernelRecording?
  private var isEnding = false

  deinit { recording?.end() }

  var progress: String? {
    guard let recording else { return nil }
    let figures = recording.figures
    guard figures.isStarted else { return "starting to record to \(recording.path)" }
    let lost = figures.lostEvents == 0 ? "" : ", \(figures.lostEvents) lost"
    return "recording to \(recording.path): \(figures.events) events, "
      + String(printf: "%.1f MB", Double(figures.bytes) / 1e6) + lost + (isEnding ? "; ending" : " (R ends)")
  }

  func toggleRecording(name: String) throws -> String {
    if let recording {
      isEnding = true
      recording.requestEnd()
      return "ending the recording \(recording.path)"
    }
    let recording = try KernelRecording(to: name + ".slabtrace")
    (self.recording, isEnding) = (recording, false)
    return "starting to record to \(recording.path) (R ends)"
  }

  func takeResult() -> (text: String, isFailure: Bool)? {
    guard let recording, recording.figures.isFinished else { return nil }
    self.recording = nil
    let figures = recording.figures
    if let failure = figures.failure {
      let rest = figures.bytes > 0 ? "; the events so far are in \(recording.path)" : ""
      return ("the recording ended: \(failure)\(rest)", true)
    }
    let path =
      recording.path.hasPrefix("/")
      ? recording.path : FileManager.default.currentDirectoryPath + "/" + recording.path
    return (
      "wrote \(path): \(figures.events) events, \(figures.lostEvents) lost, "
        + String(printf: "%.1f MB", Double(figures.bytes) / 1e6), false
    )
  }

  func endRecording() -> (text: String, isFailure: Bool)? {
    recording?.end()
    return takeResult()
  }
}
