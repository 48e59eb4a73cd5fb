"""AWS: the aws command, the hosts behind a job queue, the Fault Injection Service, and facts about an account."""
