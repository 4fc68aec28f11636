import Fleet
import Kernel
import Recordings
import Workloads

/// The identity of an input, which results contain, so that a reader knows what they were computed from.
struct InputIdentity: Encodable {
  /// `recording`, `workload`, `kernel`, `snapshot`, `history`, `profile`, `prometheus`, or `merged` for several inputs.
  let kind: String
  /// Name of the recording, the workload or the kernel.
  let name: String
  /// Path as it was named; nil for standard input and for inputs that are not files.
  var path: String?
  /// Number of bytes of the recording, the text or the JSON of a profile; nil for a workload, the kernel and a history.
  var bytes: Int?
  /// Hash of these bytes, for a workload of its parameters as `slabscope workloads NAME` prints them; nil for the kernel and a history.
  var contentHash: ContentHash?
  /// Seed of the random numbers; nil for an input other than a workload.
  var seed: UInt64?
  /// Quality of the figures of a watch of the running kernel; nil for other inputs, and if the kernel was read at one time.
  var watch: TrafficStatus?
  /// Identities of the inputs that were merged; nil for a single input.
  private(set) var inputs: [InputIdentity]?

  /// The identity of the merge of several inputs.
  init(merging inputs: [InputIdentity]) {
    (kind, name, self.inputs) = ("merged", inputs.map(\.name).joined(separator: "+"), inputs)
  }

  /// The identity of the series of a Prometheus server.
  init(prometheus server: PrometheusAddress, _ selector: SeriesSelector) {
    (kind, name) = ("prometheus", server.text + " " + selector.text)
  }

  /// The identity of one host of a Prometheus server.
  init(prometheus server: PrometheusAddress, host: String) { (kind, name) = ("prometheus", "\(server.text) \(host)") }

  /// Identifies a recording.
  /// - Complexity: O(bytes).
  init(_ input: InputRecording) { self.init(.recording(input)) }

  /// Identifies an input.
  /// - Complexity: O(bytes) of its content.
  init(_ input: Input) {
    switch input {
    case .recording(let input):
      (kind, name, path) = ("recording", input.recording.name, input.path)
      (bytes, contentHash) = (input.recording.byteCount, input.recording.contentHash())
    case .workload(let settings):
      (kind, name) = ("workload", settings.workload.name)
      (seed, contentHash) = (settings.parameters.seed, ContentHash(settings.toml.utf8))
    case .kernel: (kind, name) = ("kernel", Input.kernelName)
    case .snapshot(let saved):
      (kind, name, path) = ("snapshot", saved.name, saved.path)
      (bytes, contentHash) = (saved.bytes.count, ContentHash(saved.bytes))
    case .history(let history): (kind, name, path) = ("history", history.path, history.path)
    case .profile(let input):
      (kind, name, path) = ("profile", input.name, input.path)
      (bytes, contentHash) = (input.byteCount, input.contentHash)
    }
  }

  /// One line: `input: recording tcp-bulk, x.slabtrace, 263031 bytes, fnv1a64:…; slabscope 0.1.0`.
  var text: String {
    let parts = [
      "\(kind) \(name)", path == name ? nil : path, bytes.map { "\($0) bytes" }, contentHash?.description,
      seed.map { "seed \($0)" },
    ]
    return "input: \(parts.compactMap { $0 }.joined(separator: ", ")); slabscope \(Version.number)"
  }

  private enum Key: String, CodingKey {
    case kind, name, path, bytes, seed, inputs, watch
    case contentHash = "content_hash"
    case version = "slabscope_version"
  }

  func encode(to encoder: any Encoder) throws {
    var object = encoder.container(keyedBy: Key.self)
    try object.encode(kind, forKey: .kind)
    try object.encode(name, forKey: .name)
    try object.encodeIfPresent(path, forKey: .path)
    try object.encodeIfPresent(bytes, forKey: .bytes)
    try object.encodeIfPresent(contentHash?.description, forKey: .contentHash)
    try object.encodeIfPresent(seed, forKey: .seed)
    try object.encodeIfPresent(inputs, forKey: .inputs)
    try object.encodeIfPresent(watch.map { TrafficStatusDocument(status: $0) }, forKey: .watch)
    try object.encode(Version.number, forKey: .version)
  }
}
