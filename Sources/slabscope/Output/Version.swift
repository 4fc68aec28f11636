/// Version of slabscope, which results and --version name.
enum Version {
  static let number = "0.1.0"
}
