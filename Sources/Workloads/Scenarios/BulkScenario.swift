/// TCP streams at full speed with segmentation offload: each segment carries up to 64 KiB in page fragments behind one
/// head, its receiver acknowledges most of them, and the acknowledgement frees what was sent.
struct BulkScenario: TrafficScenario {
  static let name = "bulk"
  static let summary = "TCP streams with GSO: heads and acknowledgements, payload in page fragments"
  static let unit = (rate: "segments", flows: "streams")
  static let defaults = TrafficParameters(rate: 36_000, flows: 1, cpus: 2, delay: 40)

  private struct Acknowledgement: BitwiseCopyable, Sendable {
    var packet: SkBuff
    var stream: UInt32
    var segments: UInt32
  }

  private let parameters: TrafficParameters
  private var random: SplitMix64
  private var pace = Pace()
  /// Segments of each stream that are not acknowledged, and how many of them were received.
  private var sent: [FIFO<SkBuff>]
  private var received: [UInt32]
  private var arriving = DelayLine<UInt32>()
  private var acknowledging = DelayLine<Acknowledgement>()

  init(_ parameters: TrafficParameters) {
    self.parameters = parameters
    random = SplitMix64(seed: parameters.seed)
    sent = Array(repeating: FIFO(), count: parameters.flows)
    received = Array(repeating: 0, count: parameters.flows)
  }

  mutating func step(_ stack: inout NetworkStack) {
    let end = stack.time + pace.microseconds(2e6 / parameters.rate * Double(random.uniform(50, 150)) / 100)
    // Two leave together: what the window has room for.
    for _ in 0..<2 {
      let stream = random.below(sent.count)
      sent[stream].push(stack.segment(cpu: stream % parameters.cpus))
      let delay = (parameters.delay ?? 0) * random.uniform(2, 6) / 4
      arriving.push(UInt32(stream), due: stack.time + UInt64(delay))
    }
    carry(upTo: end, &stack)
    stack.advance(to: end)
  }

  /// What arrives up to a time: segments at receivers, acknowledgements at senders.
  private mutating func carry(upTo end: UInt64, _ stack: inout NetworkStack) {
    while true {
      let (segment, answer) = (arriving.nextDue ?? .max, acknowledging.nextDue ?? .max)
      guard min(segment, answer) <= end else { return }
      stack.advance(to: min(segment, answer))
      if segment <= answer { receive(&stack) } else { acknowledge(&stack) }
    }
  }

  private mutating func receive(_ stack: inout NetworkStack) {
    guard let stream = arriving.pop() else { return }
    received[Int(stream)] += 1
    // A receiver that reads in time acknowledges at once; others wait for a second segment.
    guard received[Int(stream)] > 1 || random.once(in: 3) else { return }
    let packet = stack.control(cpu: (Int(stream) + 1) % parameters.cpus)
    let answer = Acknowledgement(packet: packet, stream: stream, segments: received[Int(stream)])
    received[Int(stream)] = 0
    let delay = random.once(in: 4) ? random.uniform(20, 60) : random.uniform(3, 14)
    acknowledging.push(answer, due: stack.time + UInt64(delay))
  }

  private mutating func acknowledge(_ stack: inout NetworkStack) {
    guard let answer = acknowledging.pop() else { return }
    let sender = Int(answer.stream) % parameters.cpus
    // Handled by the sender, or, while that is busy, by the softirq that brought it.
    let cpu = random.below(8) < 5 ? sender : (sender + 1) % parameters.cpus
    stack.free(answer.packet, .receiveState, cpu: cpu)
    for _ in 0..<answer.segments {
      if let segment = sent[Int(answer.stream)].pop() { stack.free(segment, .acknowledge, cpu: cpu) }
    }
  }
}
