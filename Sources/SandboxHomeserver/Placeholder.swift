enum SandboxHomeserverPlaceholder {}
