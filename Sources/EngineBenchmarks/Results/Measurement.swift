/// What one child process measured of one contender on one case.
struct Measurement {
  var operations: Int
  var nanosecondsPerOperation: Double
  /// Growth of the resident set over the first pass; 0 where memory is not the point.
  var peakBytes = 0
  /// Depends on every object's content; equal for all contenders that did the work.
  var checksum: UInt64 = 0
  /// What the contender has to say, as `key=value` words.
  var remarks: [String: Double] = [:]

  /// Replays a stream: one pass that meets cold memory and is measured for memory, then timed passes, of which the
  /// median counts.
  static func replaying(
    _ stream: OperationFile, on allocator: @autoclosure () throws -> some Contender, _ passes: Int
  ) throws -> Measurement {
    let replay = try Replay(stream, allocator())
    try ResidentMemory.resetPeak()
    let before = try ResidentMemory.bytes("VmRSS:")
    let checksum = replay.pass()
    let peak = max(0, try ResidentMemory.bytes("VmHWM:") - before)
    var measurement = Measurement(timing: passes) {
      _ = replay.pass()
      return stream.operations.count
    }
    (measurement.peakBytes, measurement.checksum) = (peak, checksum)
    measurement.remarks = Measurement.words(replay.remarks)
    measurement.remarks["recorded_ns"] = stream.nanoseconds
    // In a pass of its own, since it takes time: what is free and held, on average.
    var (held, samples) = (0.0, 0.0)
    _ = replay.pass {
      held += Measurement.words(replay.remarks)["free_held"] ?? 0
      samples += 1
    }
    measurement.remarks["mean_free_held"] = samples > 0 ? held / samples : nil
    return measurement
  }

  /// The median of some passes, after one that warms up. `pass` returns the operations it did.
  init(timing passes: Int, _ pass: () -> Int) {
    operations = pass()
    var times: [Double] = []
    for _ in 0..<passes {
      let start = ContinuousClock.now
      operations = pass()
      times.append(Double(start.duration(to: .now) / .nanoseconds(1)))
    }
    nanosecondsPerOperation = times.sorted()[times.count / 2] / Double(max(operations, 1))
  }

  // MARK: As a line, from child to parent

  var line: String {
    let words = remarks.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
    return "\(operations) \(nanosecondsPerOperation) \(peakBytes) \(checksum) \(words)"
  }

  init?(line: String) {
    let words = line.split(whereSeparator: \.isWhitespace)
    guard words.count >= 4, let operations = Int(words[0]), let time = Double(words[1]), let peak = Int(words[2]),
      let checksum = UInt64(words[3])
    else { return nil }
    self.operations = operations
    nanosecondsPerOperation = time
    peakBytes = peak
    self.checksum = checksum
    remarks = Measurement.words(words[4...].joined(separator: " "))
  }

  private static func words(_ text: String) -> [String: Double] {
    var words: [String: Double] = [:]
    for word in text.split(separator: " ") {
      let parts = word.split(separator: "=")
      if parts.count == 2 { words[String(parts[0])] = Double(parts[1]) }
    }
    return words
  }
}
