/// Measurement of a contender on a case by one child process.
struct Measurement {
  var operations: Int
  var nanosecondsPerOperation: Double
  /// Growth of the resident set in the first pass, in bytes; 0 for patterns, whose memory is not measured.
  var peakBytes = 0
  /// Sum over the contents of all objects; equal for all contenders.
  var checksum: UInt64 = 0
  /// Additional figures of the contender, as `key=value` words.
  var remarks: [String: Double] = [:]

  /// Measures the replay of a stream: memory in a first pass on cold memory, then the median time of the timed passes.
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
    // Free bytes are sampled in a separate pass, because sampling takes time.
    var (freeBytes, samples) = (0.0, 0.0)
    _ = replay.pass {
      freeBytes += Measurement.words(replay.remarks)["free_slab_bytes"] ?? 0
      samples += 1
    }
    measurement.remarks["mean_free_slab_bytes"] = samples > 0 ? freeBytes / samples : nil
    return measurement
  }

  /// Measures the median time of passes after a warm-up pass. `pass` returns its number of operations.
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

  // MARK: Encoding as a line, from child to parent

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
