/// CPU and time of a trace line, parsed from the columns before the name of the event. The task is not stored.
struct TracePrefix {
  var origin: RecordingOrigin
  var cpu: UInt16
  /// Time in microseconds, or in ticks if `isTicks` is true.
  var time: UInt64
  /// Whether the time is an integer without a decimal point: ticks of a counter or TSC of unknown rate.
  var isTicks = false

  /// Parses the text before the name of an event; nil if it has no known format.
  ///
  ///     ftrace          bash-8138    [001] ..s1.   658.474281:           trace, trace_pipe, trace-cmd report
  ///                     bash-8138    (  8138) [001] .....   658.474281:  with the tgid column
  ///     perf script     python3  7914 [001]   618.338181:
  ///     ftrace-latency  sh-5339      0..... 393061us :
  ///     bpftrace        7203454478201 cpu=1 pid=4593 comm=netload
  ///
  /// Task names may contain spaces, colons, brackets and dashes, so the columns are searched from the right.
  init?(_ text: ByteText) {
    if let first = text.first, first.isDigit, let cpu = text.firstRange(of: " cpu=") {
      self.init(bpftrace: text, cpuAt: cpu)
    } else if let bracket = text.lastIndex(of: UInt8(ascii: "[")) {
      self.init(bracketed: text, at: bracket)
    } else {
      self.init(latency: text)
    }
  }

  private init?(bpftrace text: ByteText, cpuAt column: Range<Int>) {
    let rest = text[column.upperBound...]
    guard
      let nanoseconds = text[..<column.lowerBound].decimal, let end = rest.firstIndex(of: UInt8(ascii: " ")),
      let cpu = rest[..<end].decimal.flatMap(UInt16.init(exactly:))
    else { return nil }
    self.init(origin: .bpftrace, cpu: cpu, time: TracePrefix.microseconds(nanoseconds: nanoseconds))
  }

  private init?(bracketed text: ByteText, at bracket: Int) {
    guard
      let end = text[bracket...].firstIndex(of: UInt8(ascii: "]")),
      let cpu = text[(bracket + 1)..<end].decimal.flatMap(UInt16.init(exactly:)),
      var stamp = text[(end + 1)...].lastWord,
      stamp.last == UInt8(ascii: ":")
    else { return nil }
    stamp = stamp.dropLast()
    guard let (time, isTicks) = TracePrefix.time(stamp) else { return nil }
    let before = text[..<bracket].trimmed
    self.init(origin: TracePrefix.endsInTask(before) ? .ftrace : .perfScript, cpu: cpu, time: time, isTicks: isTicks)
  }

  private init?(latency text: ByteText) {
    var rest = text.trimmed
    guard rest.last == UInt8(ascii: ":") else { return nil }
    rest = rest.dropLast().trimmed
    // A mark for a long delay may follow the time.
    if let mark = rest.last, "!+#*@$".utf8.contains(mark) { rest = rest.dropLast() }
    guard rest.hasSuffix("us") else { return nil }
    let words = rest.dropLast(2).words
    guard words.count >= 3, let time = words.last?.decimal else { return nil }
    // The CPU number and five or six flags form one word; a flag may be a digit.
    let flagged = words[words.count - 2]
    let digits = min(flagged.prefix(while: \.isDigit).count, flagged.count - 5)
    guard digits > 0, flagged.count - digits <= 6,
      let cpu = flagged.prefix(digits).decimal.flatMap(UInt16.init(exactly:))
    else { return nil }
    self.init(origin: .ftraceLatency, cpu: cpu, time: time)
  }

  private init(origin: RecordingOrigin, cpu: UInt16, time: UInt64, isTicks: Bool = false) {
    self.origin = origin
    self.cpu = cpu
    self.time = time
    self.isTicks = isTicks
  }

  /// Returns whether a text ends with `-PID` or `-PID (TGID)`, like the task column of ftrace.
  private static func endsInTask(_ text: ByteText) -> Bool {
    var text = text
    if text.last == UInt8(ascii: ")"), let open = text.lastIndex(of: UInt8(ascii: "(")) { text = text[..<open].trimmed }
    let digits = text.reversed().prefix(while: \.isDigit).count
    return digits > 0 && digits < text.count && text[text.endIndex - digits - 1] == UInt8(ascii: "-")
  }

  /// Parses a time: `658.474281` is in seconds, with any number of decimals, and is returned in microseconds;
  /// `658474281` is in ticks. Returns nil for any other text.
  private static func time(_ stamp: ByteText) -> (UInt64, isTicks: Bool)? {
    guard let point = stamp.firstIndex(of: UInt8(ascii: ".")) else { return stamp.decimal.map { ($0, true) } }
    let decimals = stamp[(point + 1)...]
    guard let seconds = stamp[..<point].decimal, let fraction = decimals.prefix(6).decimal, decimals.decimal != nil,
      seconds < 1 << 43
    else { return nil }
    var microseconds = fraction
    for _ in decimals.count..<max(6, decimals.count) { microseconds *= 10 }
    return (seconds * 1_000_000 + microseconds, false)
  }

  /// Converts nanoseconds to microseconds, with the same rounding as printf("%.6f") of the time in seconds. printf
  /// rounds the exact value of the nearest Double; only if that value is exactly halfway does it round to even. The
  /// same event then gets the same time from bpftrace and from tools that print seconds.
  private static func microseconds(nanoseconds: UInt64) -> UInt64 {
    let (quotient, remainder) = nanoseconds.quotientAndRemainder(dividingBy: 1000)
    guard remainder == 500 else { return remainder > 500 ? quotient + 1 : quotient }
    // The decimal value is halfway, so the rounding depends on whether the nearest Double is above or below: compare it
    // exactly, with the rounding error of the product from a fused multiply-add.
    let seconds = Double(nanoseconds) / 1e9
    let product = seconds * 1e6
    let error = (-product).addingProduct(seconds, 1e6)
    let offset = product - (Double(quotient) + 0.5) + error
    return offset > 0 || (offset == 0 && quotient % 2 == 1) ? quotient + 1 : quotient
  }
}
