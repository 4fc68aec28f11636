import Dashboard
import Glibc
import Telemetry

/// View of a source for an output that cannot position the cursor: a table is appended once a second, without control sequences, until
/// ctrl-C. A source that does not change is printed once.
struct PlainView {
  private let source: any Source
  private let name: String
  private let isLive: Bool
  private let writer: HistoryWriter?
  private let signals: EndSignals

  /// - Parameters:
  ///   - name: name of the source.
  ///   - isLive: whether the source changes.
  ///   - writer: writer of the samples to a history; nil if they are not recorded.
  ///   - signals: the blocked signals that end the view.
  init(_ source: any Source, name: String, isLive: Bool, writer: HistoryWriter?, _ signals: EndSignals) {
    (self.source, self.name, self.isLive) = (source, name, isLive)
    (self.writer, self.signals) = (writer, signals)
  }

  /// Prints tables until a signal.
  /// - Returns: the exit status: 0, or 128 + n if signal n ended the view.
  func run() -> Int32 {
    defer { source.capabilities.replay?.end() }
    let milliseconds = max(1000, Int(source.interval / .milliseconds(1)))
    var (previous, shownFailure) = (SourceSample?.none, String?.none)
    while true {
      let sample = source.sample(SampleRequest(needsProfile: true))
      if let failure = sample.failure, failure != shownFailure {
        Standard.error("slabscope: \(failure)\n")
        shownFailure = failure
      }
      writer?.add(sample.snapshot, profile: sample.details.profile)
      let heading = "\(LocalTime().description) \(name)"
      Standard.output(
        (previous == nil ? "" : "\n") + PlainTable(sample.snapshot, since: previous?.snapshot).text(heading: heading)
          + PlainCallSites(sample.details.profile, since: previous?.details.profile).text)
      guard isLive else { return 0 }
      previous = sample
      if let signal = signals.next(milliseconds: milliseconds) { return 128 + signal.number }
      if let failure = writer?.failure {
        Standard.error("slabscope: recording of the history ended: \(failure)\n")
        return 1
      }
    }
  }
}
