/** Stands in for modules that are imported by a dependency and never used: React's developer tools. */
export default {};
