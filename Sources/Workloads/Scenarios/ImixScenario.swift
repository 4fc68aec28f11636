/// Steady traffic: packets come in on the CPU that their flow hashes to and wait in sockets until their readers wake up;
/// as many are sent, and freed when the driver is done with them, in batches. Now and then a tap takes a clone.
struct ImixScenario: TrafficScenario {
  static let name = "imix"
  static let summary = "steady receive and send, 40, 576 and 1500 bytes at 7:4:1"
  static let unit = (rate: "packets", flows: "sockets")
  static let defaults = TrafficParameters(
    rate: 100_000, flows: 32, sizes: .imix, cpus: 2, mtu: 1500, delay: 200)

  /// NAPI_POLL_WEIGHT (include/linux/netdevice.h): packets that one poll handles at most.
  private static let pollWeight = 64
  /// One packet in so many is seen by a tap, which reads 16 at a time.
  private static let tapShare = 64
  private static let tapBatch = 16
  /// Microseconds from a packet's leaving to the interrupt that says so, for all that left meanwhile.
  private static let completionDelay: UInt64 = 120

  private let parameters: TrafficParameters
  private let sizes: PacketMix
  private let mtu: Int
  private var random: SplitMix64
  private var pace = Pace()
  private var queues: [SocketQueue]
  private var readers = DelayLine<UInt32>()
  /// Packets handed to each CPU's transmit queue, and clones that a tap has yet to read.
  private var sending: [DelayLine<SkBuff>]
  private var tapped = FIFO<SkBuff>()

  init(_ parameters: TrafficParameters) {
    self.parameters = parameters
    sizes = parameters.sizes ?? .imix
    mtu = parameters.mtu ?? 1500
    random = SplitMix64(seed: parameters.seed)
    queues = Array(repeating: SocketQueue(), count: parameters.flows)
    sending = Array(repeating: DelayLine(), count: parameters.cpus)
  }

  mutating func step(_ stack: inout NetworkStack) {
    let count = random.uniform(1, 16)
    let end = stack.time + pace.microseconds(Double(count) * 1e6 / parameters.rate)
    let cpu = random.below(parameters.cpus)
    for _ in 0..<(count / 2) { receive(cpu, &stack) }
    for _ in 0..<(count - count / 2) { send(cpu, &stack) }
    for queue in sending.indices { complete(queue, by: end, &stack) }
    read(upTo: end, &stack)
    stack.advance(to: end)
  }

  private mutating func receive(_ cpu: Int, _ stack: inout NetworkStack) {
    let socket = random.below(queues.count)
    var left = sizes.draw(using: &random)
    while left > 0 {
      let packet = stack.received(min(left, mtu), cpu: cpu)
      left -= mtu
      if random.once(in: ImixScenario.tapShare) {
        tapped.push(stack.clone(packet, cpu: cpu))
        if tapped.count == ImixScenario.tapBatch { while let clone = tapped.pop() { stack.free(clone, cpu: 0) } }
      }
      if queues[socket].isEmpty {
        // Half the readers wake up soon, others have other things to do.
        let delay = (parameters.delay ?? 0) * random.uniform(1, 3) / 2
        readers.push(UInt32(socket), due: stack.time + UInt64(delay))
      }
      if !queues[socket].push(packet) { stack.free(packet, cpu: cpu) }
    }
  }

  private mutating func send(_ cpu: Int, _ stack: inout NetworkStack) {
    var left = sizes.draw(using: &random)
    while left > 0 {
      let due = stack.time + ImixScenario.completionDelay
      sending[cpu].push(stack.datagram(min(left, mtu), cpu: cpu), due: due)
      left -= mtu
    }
  }

  /// What was sent is freed where the device's interrupt goes: on the next CPU.
  private mutating func complete(_ cpu: Int, by end: UInt64, _ stack: inout NetworkStack) {
    let next = cpu + 1 < parameters.cpus ? cpu + 1 : 0
    while let due = sending[cpu].nextDue, due <= end {
      stack.advance(to: due)
      for _ in 0..<ImixScenario.pollWeight {
        guard let packet = sending[cpu].pop() else { break }
        stack.free(packet, .consume, cpu: next)
      }
    }
  }

  /// Readers that wake up take all that their sockets hold.
  private mutating func read(upTo end: UInt64, _ stack: inout NetworkStack) {
    while let due = readers.nextDue, due <= end, let socket = readers.pop() {
      stack.advance(to: due)
      let cpu = Int(socket) % parameters.cpus
      while let packet = queues[Int(socket)].pop() { stack.free(packet, cpu: cpu) }
    }
  }
}
