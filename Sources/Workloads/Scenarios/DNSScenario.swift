/// Requests and responses in small datagrams between a client and a responder on this host. The responder answers a
/// batch of requests, and then the client, on the same CPU, reads the responses and sends new requests. There is one
/// pair of client and responder for every two CPUs, each with `flows` outstanding requests.
struct DNSScenario: TrafficScenario {
  static let name = "dns"
  static let summary = "small UDP requests and responses of up to 512 bytes"
  static let unit = (rate: "requests", flows: "outstanding requests")
  static let defaults = TrafficParameters(rate: 150_000, flows: 64, sizes: PacketMix(68...540), cpus: 2)

  private static let requestBytes = 68...92

  private let parameters: TrafficParameters
  private let responseSizes: PacketMix
  /// Interval between two datagrams on one CPU in microseconds.
  private let interval: Double
  private var random: SplitMix64
  /// Outstanding requests of each pair.
  private var requests: [FIFO<SkBuff>]
  /// CPU of each pair.
  private var cpus: [Int]
  /// Responses that the client has not read.
  private var responses = FIFO<SkBuff>()

  init(_ parameters: TrafficParameters) {
    self.parameters = parameters
    responseSizes = parameters.sizes ?? PacketMix(68...540)
    interval = 1e6 / parameters.rate / 2
    random = SplitMix64(seed: parameters.seed)
    let pairs = max(1, parameters.cpus / 2)
    requests = Array(repeating: FIFO(), count: pairs)
    cpus = (0..<pairs).map { $0 * 2 }
  }

  /// Average number of steps between two migrations of a pair to another CPU.
  private static let stepsPerMigration = 256

  mutating func step(_ stack: inout NetworkStack) {
    let pair = random.below(cpus.count)
    if random.once(in: DNSScenario.stepsPerMigration) { cpus[pair] = random.below(parameters.cpus) }
    let cpu = cpus[pair]
    while requests[pair].count < parameters.flows { sendRequest(pair, cpu, &stack) }
    // The responder is preempted after a random number of requests.
    let batch = random.uniform(1, max(1, parameters.flows * 7 / 8))
    for _ in 0..<batch {
      guard let request = requests[pair].pop() else { break }
      stack.free(request, cpu: cpu)
      responses.push(stack.allocateDatagram(responseSizes.draw(using: &random), cpu: cpu))
      stack.advance(microseconds: interval)
    }
    while let response = responses.pop() {
      stack.free(response, cpu: cpu)
      sendRequest(pair, cpu, &stack)
    }
  }

  private mutating func sendRequest(_ pair: Int, _ cpu: Int, _ stack: inout NetworkStack) {
    let bytes = random.uniform(DNSScenario.requestBytes.lowerBound, DNSScenario.requestBytes.upperBound)
    requests[pair].push(stack.allocateDatagram(bytes, cpu: cpu))
    stack.advance(microseconds: interval)
  }
}
