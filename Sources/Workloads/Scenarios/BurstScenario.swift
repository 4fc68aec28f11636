/// Queues fill, then drain in part: datagrams for many sockets come in a burst and wait; some readers empty their sockets,
/// others take single packets, and in between more come. What stays behind pins its slabs: fragmentation.
struct BurstScenario: TrafficScenario {
  static let name = "burst"
  static let summary = "queues of many sockets fill and drain, in part and at random: fragmentation"
  static let unit = (rate: "packets", flows: "sockets")
  static let defaults = TrafficParameters(
    rate: 250_000, flows: 64, sizes: .imix, cpus: 2, mtu: 1500, delay: 600_000)

  private static let packetsPerSocket = 250

  private enum Phase: Int {
    case fill, drainSome, refill, takeSingles, drainAll
  }

  private let parameters: TrafficParameters
  private let sizes: PacketMix
  private let mtu: Int
  private var random: SplitMix64
  private var queues: [SocketQueue]
  private var phase = Phase.fill
  /// Packets, sockets or reads that the phase has left.
  private var left: Int

  init(_ parameters: TrafficParameters) {
    self.parameters = parameters
    sizes = parameters.sizes ?? .imix
    mtu = parameters.mtu ?? 1500
    random = SplitMix64(seed: parameters.seed)
    // SO_RCVBUFFORCE: as much as is sent.
    queues = Array(repeating: SocketQueue(limit: .max), count: parameters.flows)
    left = parameters.flows * BurstScenario.packetsPerSocket
  }

  mutating func step(_ stack: inout NetworkStack) {
    guard left > 0 else { return begin(Phase(rawValue: phase.rawValue + 1) ?? .fill, &stack) }
    left -= 1
    switch phase {
    case .fill, .refill: arrive(&stack)
    case .drainSome: drain(random.below(queues.count), &stack)
    case .takeSingles: take(random.below(queues.count), &stack)
    case .drainAll: drain(left, &stack)
    }
  }

  private mutating func begin(_ next: Phase, _ stack: inout NetworkStack) {
    let pause = UInt64(parameters.delay ?? 0)
    stack.advance(to: stack.time + (next == .fill ? pause / 2 : pause))
    phase = next
    let packets = parameters.flows * BurstScenario.packetsPerSocket
    switch next {
    case .fill: left = packets
    case .drainSome: left = (parameters.flows + 1) / 2
    case .refill: left = packets / 2
    case .takeSingles: left = packets / 4
    case .drainAll: left = parameters.flows
    }
  }

  private mutating func arrive(_ stack: inout NetworkStack) {
    stack.advance(microseconds: 1e6 / parameters.rate)
    let socket = random.below(queues.count)
    var bytes = sizes.draw(using: &random)
    while bytes > 0 {
      let packet = stack.datagram(min(bytes, mtu), cpu: 0)
      bytes -= mtu
      // There is no limit to refuse it.
      _ = queues[socket].push(packet)
    }
  }

  private mutating func drain(_ socket: Int, _ stack: inout NetworkStack) {
    while !queues[socket].isEmpty { take(socket, &stack) }
  }

  private mutating func take(_ socket: Int, _ stack: inout NetworkStack) {
    guard let packet = queues[socket].pop() else { return }
    stack.advance(microseconds: 0.7)
    stack.free(packet, cpu: parameters.cpus - 1)
  }
}
