/// Why bytes are no .slabtrace recording. `description` goes behind the file's name.
public enum SlabtraceError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The file is empty.
  case empty
  /// The system refuses to map the file.
  case unreadable
  /// The first bytes are not the format's.
  case notARecording
  /// Written by a later slabscope.
  case laterVersion(UInt64)
  /// A block whose bytes don't agree with its checksum or the format; nothing behind it can be read.
  case damaged(offset: Int, expected: String)
  /// The file ends before its first whole block of events.
  case noEvents

  /// The error in one line, fit for a person.
  public var description: String {
    switch self {
    case .empty: "is empty; expected a .slabtrace recording (make one: `slabscope import trace.txt -o x.slabtrace`)"
    case .unreadable: "can't be read; is it a file you may read?"
    case .notARecording:
      "is no .slabtrace recording; make one from a trace's text: `slabscope import trace.txt -o x.slabtrace`"
    case .laterVersion(let version):
      "is a .slabtrace of version \(version), this slabscope reads up to \(Slabtrace.version); use a later slabscope"
    case .damaged(let offset, let expected):
      "is damaged at byte \(offset): expected \(expected); copy or record it again"
    case .noEvents: "ends before its first whole block of events; copy or record it again"
    }
  }
}
