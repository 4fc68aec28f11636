/// Frames of 9000 bytes between two ends of this host, without segmentation offload: datagrams that need order-2 pages
/// and more, and TCP whose segments are split in software, received one by one and acknowledged.
struct JumboScenario: TrafficScenario {
  static let name = "jumbo"
  static let summary = "MTU 9000 without offload: datagrams in 16 KiB objects, TCP split in software"
  static let unit = (rate: "datagrams and segments", flows: "sockets")
  static let defaults = TrafficParameters(
    rate: 25_000, flows: 16, sizes: PacketMix(8900...8928), cpus: 2, mtu: 9000, delay: 9)

  /// Datagrams for each TCP segment that is split, and acknowledgements for it.
  private static let datagramsPerSegment = 4
  private static let acknowledgements = 2

  private let parameters: TrafficParameters
  private let sizes: PacketMix
  private let mtu: Int
  private var random: SplitMix64
  private var pace = Pace()
  private var queue = FIFO<SkBuff>()

  init(_ parameters: TrafficParameters) {
    self.parameters = parameters
    sizes = parameters.sizes ?? PacketMix(8900...8928)
    mtu = parameters.mtu ?? 9000
    random = SplitMix64(seed: parameters.seed)
  }

  mutating func step(_ stack: inout NetworkStack) {
    let now = stack.time
    let flow = random.below(parameters.flows)
    let sender = flow % parameters.cpus
    let reader = random.once(in: 8) ? (sender + 1) % parameters.cpus : sender
    if random.below(JumboScenario.datagramsPerSegment + 1) > 0 {
      exchangeDatagram(sender, reader, &stack)
    } else {
      exchangeSegment(sender, reader, &stack)
    }
    stack.advance(to: now + pace.microseconds(random.gap(rate: parameters.rate)))
  }

  private mutating func exchangeDatagram(_ sender: Int, _ reader: Int, _ stack: inout NetworkStack) {
    var left = sizes.draw(using: &random)
    while left > 0 {
      queue.push(stack.datagram(min(left, mtu), cpu: sender))
      left -= mtu
    }
    stack.advance(microseconds: Double((parameters.delay ?? 0) * random.uniform(1, 8)) / 4)
    while let datagram = queue.pop() { stack.free(datagram, cpu: reader) }
  }

  /// A segment of up to 64 KiB, split into frames; frames are coalesced as they are received.
  private mutating func exchangeSegment(_ sender: Int, _ reader: Int, _ stack: inout NetworkStack) {
    let segment = stack.segment(cpu: sender)
    let payload = SkbLayout.largestSegment / random.uniform(1, 4)
    let frames = (payload + mtu - 1) / mtu
    for _ in 0..<frames {
      queue.push(stack.control(cpu: sender))
      stack.advance(microseconds: 2)
    }
    stack.advance(microseconds: Double(random.uniform(4, 12)))
    while let frame = queue.pop() {
      stack.free(frame, .coalesce, cpu: reader)
      stack.advance(microseconds: 1)
    }
    for _ in 0..<JumboScenario.acknowledgements { TCPConnection.acknowledge(&stack, cpu: reader) }
    stack.advance(microseconds: Double(random.uniform(20, 60)))
    stack.free(segment, .acknowledge, cpu: sender)
  }
}
